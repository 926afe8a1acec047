import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type {
  AckNamed,
  ClientToServerEvents,
  CommandEvent,
  RequestNamed,
  ServerToClientEvents,
} from '@seatcast/shared/protocol/events.ts'
import { io, type Socket } from 'socket.io-client'
import { accessTokens } from '../../src/http/authentication.ts'

/** What a party got at last. A refusal names the state of the map in which nothing fitted (A7, G4). */
export type PartyOutcome =
  | { readonly size: number; readonly seats: readonly number[] }
  | { readonly size: number; readonly refusedAt: { readonly epoch: number; readonly revision: number } }

export interface Rush {
  /** Where parties connect, in turn. */
  readonly origins: readonly string[]
  readonly performanceId: string
  readonly sizes: readonly number[]
  /** Parties that are there at any moment. */
  readonly atOnce: number
}

/** What development starts with. */
const tokens = accessTokens('development-only-token-secret-0123456789')
/** How long an answer may take, ms: a thousand ask at once, on a busy machine. */
const ACK_TIMEOUT_MS = 30_000
/** Source: a guess: after a quarter of an hour nobody waits any more. */
const ATTEMPTS_MAX = 30
/** Not now: asked again after `retryInMs`. */
const NOT_NOW: ReadonlySet<string> = new Set(['RATE_LIMITED', 'OVERLOADED', 'UNAVAILABLE', 'MAP_RELOADING'])

/** Parties keep arriving, each a buyer of its own with a socket of its own, until all were served or refused for good. */
export async function partyRush(rush: Rush): Promise<PartyOutcome[]> {
  const outcomes: PartyOutcome[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    for (let place = next++; place < rush.sizes.length; place = next++) outcomes.push(await party(rush, place))
  }
  await Promise.all(Array.from({ length: rush.atOnce }, lane))
  return outcomes
}

/** One asks for the best seat; more are a group with one hold on one block. */
async function party({ origins, performanceId, sizes }: Rush, place: number): Promise<PartyOutcome> {
  const size = sizes[place] ?? 1
  const origin = origins[place % origins.length] ?? ''
  // As a guest's, which a full house of guests would ask for within the same seconds.
  const token = await tokens.issueToken({ userId: randomUUID(), role: [], seconds: 3_600 })
  const socket: PartySocket = io(origin, { transports: ['websocket'], forceNew: true, auth: { token } })
  // Refused at the door for now: a client that is told when to come back does.
  socket.on('connect_error', (error) => {
    const { retryInMs } = (error as { data?: { retryInMs?: number } }).data ?? {}
    if (retryInMs !== undefined) setTimeout(() => socket.connect(), retryInMs * (0.5 + Math.random()))
  })
  try {
    if (size === 1) {
      const held = await ask(socket, 'seats:best', { performanceId, count: 1 })
      return held.ok ? { size, seats: held.seats } : refused(size, held)
    }
    const rule = 'each_pays' as const
    const formed = await ask(socket, 'group:create', { performanceId, size, rule, name: `Party ${place}` })
    if (!formed.ok) throw new Error(`a party could not form a group: ${JSON.stringify(formed)}`)
    const held = await ask(socket, 'group:hold', { groupId: formed.group.groupId })
    return held.ok ? { size, seats: held.group.hold?.seats ?? [] } : refused(size, held)
  } finally {
    socket.close()
  }
}

type PartySocket = Socket<ServerToClientEvents, ClientToServerEvents>

/** Asks until the answer is final; asked again it is the same request (H9). */
async function ask<E extends CommandEvent>(
  socket: PartySocket,
  event: E,
  request: RequestNamed<E>,
): Promise<AckNamed<E>> {
  const once = { ...request, requestId: randomUUID() }
  for (let attempt = 1; ; attempt += 1) {
    const answer: unknown = await socket
      .timeout(ACK_TIMEOUT_MS)
      .emitWithAck(event, ...([once] as never))
      .catch((fault: unknown) => {
        // A connection that broke took the answer with it.
        if (attempt === ATTEMPTS_MAX) throw fault
        return { ok: false, code: 'UNAVAILABLE', retryInMs: 0 }
      })
    const { ok, code = '', retryInMs = 0 } = answer as { ok: boolean; code?: string; retryInMs?: number }
    if (ok || !NOT_NOW.has(code)) return answer as AckNamed<E>
    await delay(retryInMs * (0.5 + Math.random()))
  }
}

function refused(size: number, answer: { readonly ok: false; readonly code: string }): PartyOutcome {
  const { epoch, revision } = answer as { readonly epoch?: number; readonly revision?: number }
  if (answer.code !== 'NO_BLOCK' || epoch === undefined || revision === undefined)
    throw new Error(`a party of ${size} was refused with ${JSON.stringify(answer)}`)
  return { size, refusedAt: { epoch, revision } }
}
