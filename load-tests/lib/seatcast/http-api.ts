import http, { type RefinedResponse, type ResponseType } from 'k6/http'
import type { Guest, Problem } from '../../../shared/src/protocol/http.ts'
import { Timer } from '../socket-io.bundle.js'
import { ORIGIN } from './knobs.ts'
import { guestTime, httpFailures } from './metrics.ts'

// A refusal is an answer: k6's http_req_failed counts what is none.
http.setResponseCallback(http.expectedStatuses({ min: 200, max: 499 }))

/** What a route said. `code`: OK, the refusal's, or NO_ANSWER. */
export interface Said<Body> {
  readonly status: number
  readonly code: string
  readonly body: Body
  readonly retryInMs: number
}

/** Long enough for the audit of a long log. */
const TIMEOUT = '30s'

/** Asks a route without stopping the virtual user's other sockets. `name` groups the URLs of one route in k6's metrics. */
export async function ask<Body>(
  method: 'GET' | 'POST' | 'PATCH',
  path: string,
  options: { readonly token?: string; readonly body?: object; readonly name?: string } = {},
): Promise<Said<Body>> {
  const { token = '', body, name = path } = options
  const response = await http.asyncRequest(method, ORIGIN + path, body === undefined ? null : JSON.stringify(body), {
    headers: {
      ...(token !== '' && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    tags: { name },
    timeout: TIMEOUT,
  })
  return said<Body>(response)
}

function said<Body>(response: RefinedResponse<ResponseType>): Said<Body> {
  const { status } = response
  const body = typeof response.body === 'string' && response.body !== '' ? parsed(response.body) : undefined
  if (status >= 200 && status < 400) return { status, code: 'OK', body: body as Body, retryInMs: 0 }
  const problem = body as Partial<Problem> | undefined
  const code = problem?.code ?? (status === 0 ? 'NO_ANSWER' : `HTTP_${status}`)
  // Refusals that say when to come again are the contract's 503s; any other is a fault.
  if (status === 0 || (status >= 500 && problem?.retryInMs === undefined)) httpFailures.add(1, { code })
  return { status, code, body: body as Body, retryInMs: problem?.retryInMs ?? 0 }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // an HTML page of a proxy: the status tells
  }
}

/** The same, but a refusal is an error: for setting up. */
export async function must<Body>(...question: Parameters<typeof ask>): Promise<Body> {
  const { status, code, body } = await ask<Body>(...question)
  if (code === 'OK') return body
  throw new Error(`${question[0]} ${ORIGIN}${question[1]} answered ${status} ${code}: ${JSON.stringify(body)}`)
}

/** A new buyer; waits when the server says later. */
export async function becomeGuest(): Promise<Guest> {
  const startedMs = Date.now()
  for (;;) {
    const { code, body, retryInMs } = await ask<Guest>('POST', '/api/guests')
    if (code === 'OK') {
      guestTime.add(Date.now() - startedMs)
      return body
    }
    if (retryInMs === 0) throw new Error(`POST /api/guests answered ${code}`)
    await pause(retryInMs * (1 + Math.random()))
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => void new Timer(resolve, ms))

/** The waits of one user, which all end at once when they leave: k6 would wait for each. */
export class Pauses {
  readonly #waiting = new Map<Timer, () => void>()

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = new Timer(() => {
        this.#waiting.delete(timer)
        resolve()
      }, ms)
      this.#waiting.set(timer, resolve)
    })
  }

  endAll(): void {
    for (const [timer, resolve] of this.#waiting) {
      timer.clear()
      resolve()
    }
    this.#waiting.clear()
  }
}
