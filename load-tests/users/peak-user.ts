import { ask } from '../lib/seatcast/http-api.ts'
import { joinsFailed, joinTime, usersArrived, usersIn } from '../lib/seatcast/metrics.ts'
import { chooseSeats } from './choose-seats.ts'
import { SeatBuyer } from './seat-buyer.ts'
import type { Task, WaitMs } from './user.ts'
import type { Sale } from '../lib/seatcast/sale.ts'

/** One of the many who come in the same ten seconds: opens the map, clicks one seat, lets it go, leaves. */
export class PeakUser extends SeatBuyer {
  protected readonly name = 'peak'
  protected readonly waitMs: WaitMs = [0, 0]

  protected tasks(): readonly Task[] {
    return [{ weight: 1, run: () => this.#clickOnce() }]
  }

  async #clickOnce(): Promise<void> {
    const seats = chooseSeats(this.page.map, 1, this.sale.buyersSeats)
    if (seats.length > 0) await this.take('seats:hold', { seats })
    this.done()
  }
}

/** The predecessor's user: one request at one endpoint, nothing else. */
export async function oneRequest(sale: Sale): Promise<void> {
  usersArrived.add(1, { user: 'request' })
  const startedMs = Date.now()
  const { code } = await ask('GET', `/api/performances/${sale.performanceId}`, { name: 'performance' })
  joinTime.add(Date.now() - startedMs)
  joinsFailed.add(code !== 'OK')
  if (code === 'OK') usersIn.add(1, { user: 'request' })
}
