import type { ClientToServerEvents, ServerToClientEvents } from '../../shared/src/protocol/events.ts'
import { becomeGuest, pause } from '../lib/seatcast/http-api.ts'
import { ORIGIN } from '../lib/seatcast/knobs.ts'
import { ownersUntold, stolenTokens } from '../lib/seatcast/metrics.ts'
import type { Sale } from '../lib/seatcast/sale.ts'
import { SocketIo } from '../lib/socket-io.bundle.js'
import { actAsOneBuyer, type BuyersSocket } from './one-buyer.ts'

type Socket = SocketIo<ServerToClientEvents, ClientToServerEvents>

/** News of one's hold come within milliseconds; on a starved machine much later, ms. Source: a guess. */
const NEWS_PATIENCE_MS = 15_000

/**
 * Somebody else has an honest buyer's token. What is done with it is the buyer's own doing, is seen by the buyer at once, and can
 * no more than a buyer can. `accepted` hears what the server should have refused. Counts only what was tried out to the end.
 * Rejects only with a ConnectError or a NoAnswerError.
 */
export async function useStolenToken(sale: Sale, maxSeats: number, accepted: (text: string) => void): Promise<void> {
  const { token } = await becomeGuest()
  const dial = (): Socket => new SocketIo(ORIGIN, { auth: { token }, reconnection: false })
  const [owner, thief] = [dial(), dial()]
  try {
    await Promise.all([owner.opened(), thief.opened()])
    const outcome = await actAsOneBuyer(asBuyer(owner, sale), asBuyer(thief, sale), {
      maxSeats,
      patienceMs: NEWS_PATIENCE_MS,
      pause,
      tooMany: (seats) => {
        // Of somebody else's performance nobody told us the limit.
        if (sale.isMade) accepted(`two sockets with one token hold ${seats} seats, one buyer may have ${maxSeats}`)
      },
    })
    if (outcome === 'unproved') return
    stolenTokens.add(1)
    if (outcome === 'told') return
    ownersUntold.add(1)
    console.error(`UNTOLD an honest buyer was not told that somebody with their token released their seats`)
  } finally {
    owner.disconnect()
    thief.disconnect()
  }
}

const asBuyer = (socket: Socket, { performanceId, zoneId }: Sale): BuyersSocket => ({
  get connected() {
    return socket.connected
  },
  takeBest: (count) => socket.ask('seats:best', { performanceId, count, ...(zoneId !== undefined && { zoneId }) }),
  releaseAll: () => socket.ask('seats:release', { performanceId }),
  onHoldChanged: (hear) => void socket.on('hold:changed', hear),
})
