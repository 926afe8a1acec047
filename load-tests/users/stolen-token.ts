import { SEATS_PER_COMMAND_MAX } from '../../shared/src/domain/limits.ts'
import type { ClientToServerEvents, ServerToClientEvents } from '../../shared/src/protocol/events.ts'
import type { Hold } from '../../shared/src/protocol/hold.ts'
import { becomeGuest, pause } from '../lib/seatcast/http-api.ts'
import { ORIGIN } from '../lib/seatcast/knobs.ts'
import { ownersUntold, stolenTokens } from '../lib/seatcast/metrics.ts'
import type { Sale } from '../lib/seatcast/sale.ts'
import { NoAnswerError, SocketIo } from '../lib/socket-io.bundle.js'

/*
 * Somebody else has an honest buyer's token. To the server that is the buyer (U1): what is done with it is the buyer's own doing,
 * is seen by the buyer at once, and can no more than a buyer can.
 *
 *   owner's socket   hold 1 ─┬─ best half ─┬─────────────────── told: nothing is held
 *   thief's socket           └─ best half ─┘ at most maxSeats ── release all
 */

type Socket = SocketIo<ServerToClientEvents, ClientToServerEvents>
type News = Pick<Hold, 'epoch' | 'revision' | 'seats'>

/** News of one's hold come within milliseconds; on a starved machine much later, ms. Source: a guess. */
const NEWS_PATIENCE_MS = 15_000
const LOOK_EVERY_MS = 100

/** `accepted` hears what the server should have refused. Rejects only with a ConnectError or a NoAnswerError. */
export async function useStolenToken(sale: Sale, maxSeats: number, accepted: (text: string) => void): Promise<void> {
  const { token } = await becomeGuest()
  const [owner, thief] = [new StolenFrom(token), new StolenFrom(token)]
  try {
    await Promise.all([owner.socket.opened(), thief.socket.opened()])
    await limitHolds(sale, maxSeats, [owner, thief], accepted)
    await ownerIsTold(sale, owner, thief)
    stolenTokens.add(1)
  } finally {
    owner.socket.disconnect()
    thief.socket.disconnect()
  }
}

/** One of the two sockets of a token, and what it was last told of the buyer's hold. */
class StolenFrom {
  readonly socket: Socket
  #known: News | undefined

  constructor(token: string) {
    this.socket = new SocketIo(ORIGIN, { auth: { token }, reconnection: false })
    this.socket.on('hold:changed', (news) => this.hear(news))
  }

  /** An answer or a push; the latest counts, not the last. */
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

/** Both take more than half of what one buyer may have, at the same moment: they are one buyer (H8). */
async function limitHolds(
  sale: Sale,
  maxSeats: number,
  sockets: readonly StolenFrom[],
  accepted: (text: string) => void,
): Promise<void> {
  const { performanceId, zoneId } = sale
  const count = Math.min(SEATS_PER_COMMAND_MAX, Math.floor(maxSeats / 2) + 1)
  const request = { performanceId, count, ...(zoneId !== undefined && { zoneId }) }
  const holds = await Promise.all(
    sockets.map(async (each) => {
      const answer = await each.socket.ask('seats:best', request)
      if (answer.ok) each.hear(answer)
      return answer.ok ? answer.seats.length : 0
    }),
  )
  const most = Math.max(...holds)
  // Of somebody else's performance nobody told us the limit.
  if (sale.isMade && most > maxSeats)
    accepted(`two sockets with one token hold ${most} seats, one buyer may have ${maxSeats}`)
}

/** What was done with the token is the buyer's, and the buyer's own page shows it: here, that nothing is held any more. */
async function ownerIsTold(sale: Sale, owner: StolenFrom, thief: StolenFrom): Promise<void> {
  const released = await thief.socket.ask('seats:release', { performanceId: sale.performanceId })
  if (!released.ok) return
  for (const startedMs = Date.now(); Date.now() - startedMs < NEWS_PATIENCE_MS; await pause(LOOK_EVERY_MS)) {
    // Cut off: then nothing is proved.
    if (!owner.socket.connected) throw new NoAnswerError('hold:changed', 'disconnected')
    if (owner.since(released)?.seats.length === 0) return
  }
  ownersUntold.add(1)
  console.error(`UNTOLD an honest buyer was not told that somebody with their token released their seats`)
}
