import { setTimeout as delay } from 'node:timers/promises'

/** Asks the organiser's routes of a node. Waits while the node says that it is not ready. */
export type OrganiserApi = <Answer>(method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown) => Promise<Answer>

/** How often a route that answers 503 is asked again, and the pause before, ms. A map is loaded within a second. */
const ASK_AGAIN = { times: 40, pauseMs: 250 }

export function organiserApi(origin: string, token: string, signal: AbortSignal): OrganiserApi {
  return async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    for (let asked = 1; ; asked += 1) {
      const response = await fetch(origin + path, {
        method,
        signal,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      if (response.ok) return (await response.json()) as Answer
      const problem = (await response.text()).slice(0, 500)
      if (response.status !== 503 || asked === ASK_AGAIN.times)
        throw new Error(`${method} ${path} answered ${response.status}: ${problem}`)
      await delay(ASK_AGAIN.pauseMs, undefined, { signal })
    }
  }
}
