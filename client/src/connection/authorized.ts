import type { Problem } from '@seatcast/shared/protocol/http.ts'
import type { RefusalCode } from '@seatcast/shared/protocol/refusal.ts'
import type { Unanswered } from './socket.ts'
import { visitor } from './visitor.ts'

/** Why a request of the buyer's was not done. `NO_ANSWER`: it may still have happened; the same key is safe. */
export type RequestProblem = Exclude<RefusalCode, `WEBHOOK_${string}`> | Exclude<Unanswered['code'], 'OFFLINE'>

export class RequestRefused extends Error {
  override readonly name = 'RequestRefused'
  readonly code: RequestProblem
  /** ms until asking again can help; null when no time was told. */
  readonly retryInMs: number | null
  /** With SEAT_TAKEN: the seats in the way. */
  readonly seats: readonly number[]
  /** With LIMIT_EXCEEDED in a group: who would have more seats than they may. */
  readonly memberId: string | undefined

  constructor(path: string, code: RequestProblem, problem: Partial<Problem> = {}, options?: ErrorOptions) {
    super(`${path}: ${code}`, options)
    this.code = code
    this.retryInMs = problem.retryInMs ?? null
    this.seats = problem.seats ?? []
    this.memberId = problem.memberId
  }
}

export interface BuyerRequest {
  readonly method?: 'GET' | 'POST'
  readonly body?: object
  /** Idempotency-Key. */
  readonly key?: string
}

/** How long a request may take, ms. Source: a guess above a slow payment provider's answer. */
const ANSWER_MS = 20_000

/** Asks in the buyer's name; whoever this browser is: a guest, or somebody with an account. */
export async function askAsBuyer<T>(path: string, request: BuyerRequest = {}): Promise<T> {
  let { token } = await identity(path)
  for (let attempt = 0; ; attempt++) {
    const response = await send(path, request, token)
    if (response.ok) return (await readJson(path, response)) as T
    const problem = await problemOf(response)
    // A token that is over: as on the socket, take another tab's or become a new guest, once.
    if (response.status === 401 && attempt === 0) {
      token = (await identity(path, token)).token
      continue
    }
    throw new RequestRefused(path, codeOf(response.status, problem), problem)
  }
}

/** Asks with a token of one's own, or none. */
export async function askPlainly<T>(path: string, request: BuyerRequest, token: string | null): Promise<T> {
  const response = await send(path, request, token)
  if (response.ok) return (await readJson(path, response)) as T
  const problem = await problemOf(response)
  throw new RequestRefused(path, codeOf(response.status, problem), problem)
}

async function identity(path: string, refused?: string): Promise<{ token: string }> {
  try {
    return refused === undefined ? await visitor.current() : await visitor.renew(refused)
  } catch (error) {
    throw new RequestRefused(path, 'NO_ANSWER', {}, { cause: error })
  }
}

async function send(
  path: string,
  { method = 'GET', body, key }: BuyerRequest,
  token: string | null,
): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_MS),
    })
  } catch (error) {
    throw new RequestRefused(path, 'NO_ANSWER', {}, { cause: error })
  }
}

async function readJson(path: string, response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch (error) {
    throw new RequestRefused(path, 'NO_ANSWER', {}, { cause: error })
  }
}

async function problemOf(response: Response): Promise<Partial<Problem>> {
  try {
    return (await response.json()) as Partial<Problem>
  } catch {
    return {} // A proxy's answer: its status alone decides.
  }
}

function codeOf(status: number, { code }: Partial<Problem>): RequestProblem {
  // A fault: it may have happened before that.
  if (status === 500) return 'NO_ANSWER'
  if (code !== undefined) return code as RequestProblem
  if (status === 404) return 'NOT_FOUND'
  return status === 429 ? 'RATE_LIMITED' : status >= 500 ? 'NO_ANSWER' : 'BAD_REQUEST'
}
