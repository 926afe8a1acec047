import { SEATS_PER_COMMAND_MAX } from '../../shared/src/domain/limits.ts'
import type { Hold, HoldChanged } from '../../shared/src/protocol/hold.ts'

/*
 * Two sockets with one token are one buyer to the server (U1): what one does the other is told, and both can no more than one.
 *
 *   one      hold 1 ─┬─ best half ─┬─────────────────── told: nothing is held
 *   other            └─ best half ─┘ at most maxSeats ── release all
 */

/** One of the two sockets, as far as it is needed here. */
export interface BuyersSocket {
  readonly connected: boolean
  takeBest(count: number): Promise<Answer>
  releaseAll(): Promise<Answer>
  onHoldChanged(hear: (news: HoldChanged) => void): void
}
type Answer = (Hold & { readonly ok: true }) | { readonly ok: false }
type News = Pick<Hold, 'epoch' | 'revision' | 'seats'>

/** `untold`: the first socket was not told that nothing is held any more. `unproved`: nothing was held, or not to the end. */
export type Outcome = 'told' | 'untold' | 'unproved'

export interface Rules {
  /** How many seats one buyer may have. */
  readonly maxSeats: number
  /** News of one's hold come within so long, ms. */
  readonly patienceMs: number
  readonly pause: (ms: number) => Promise<void>
  /** Hears of so many seats when they are more than one buyer may have. */
  readonly tooMany: (seats: number) => void
}

const LOOK_EVERY_MS = 100
/** A hold that may have ended by itself proves nothing, ms before its deadline. Source: a guess. */
const SLACK_MS = 500

/** Whether the buyer's own socket is told what somebody else does with their token. Rejects only as the sockets do. */
export async function actAsOneBuyer(own: BuyersSocket, stolen: BuyersSocket, rules: Rules): Promise<Outcome> {
  const told = new Told(own)
  const heldUntilMs = await holdTogether([own, stolen], rules, told)
  if (heldUntilMs === undefined) return 'unproved'
  const released = await stolen.releaseAll()
  if (!released.ok || Date.now() > heldUntilMs - SLACK_MS) return 'unproved'
  for (const startedMs = Date.now(); Date.now() - startedMs < rules.patienceMs; await rules.pause(LOOK_EVERY_MS)) {
    if (!own.connected) return 'unproved'
    if (told.since(released)?.seats.length === 0) return 'told'
  }
  return 'untold'
}

/**
 * Both take more than half of what one buyer may have, at the same moment: they are one buyer (H8). Undefined when neither got
 * anything, else the earliest moment at which it may end by itself, Unix ms.
 */
async function holdTogether(
  sockets: readonly [own: BuyersSocket, stolen: BuyersSocket],
  { maxSeats, tooMany }: Rules,
  told: Told,
): Promise<number | undefined> {
  const count = Math.min(SEATS_PER_COMMAND_MAX, Math.floor(maxSeats / 2) + 1)
  const sentMs = Date.now()
  const [first, second] = await Promise.all([sockets[0].takeBest(count), sockets[1].takeBest(count)])
  if (first.ok) told.hear(first)
  const holds = [first, second].filter((answer) => answer.ok)
  const most = Math.max(0, ...holds.map(({ seats }) => seats.length))
  if (most > maxSeats) tooMany(most)
  return most === 0 ? undefined : sentMs + Math.min(...holds.map(({ expiresInMs }) => expiresInMs))
}

/** What a socket was last told of its buyer's hold: by an answer or a push; the latest counts, not the last. */
class Told {
  #known: News | undefined

  constructor(socket: BuyersSocket) {
    socket.onHoldChanged((news) => this.hear(news))
  }

  hear(news: News): void {
    if (this.#known === undefined || isAfter(news, this.#known)) this.#known = news
  }

  /** Undefined while it has not heard of that state yet. */
  since(state: News): News | undefined {
    return this.#known === undefined || isAfter(state, this.#known) ? undefined : this.#known
  }
}

const isAfter = (one: News, other: News): boolean =>
  one.epoch > other.epoch || (one.epoch === other.epoch && one.revision > other.revision)
