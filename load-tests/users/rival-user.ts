import type { Sale } from '../lib/seatcast/sale.ts'
import { between, type Task, type WaitMs } from './user.ts'
import { chooseSeats } from './choose-seats.ts'
import { SeatBuyer } from './seat-buyer.ts'

/** Seats, and how long they are held. Source: the public rival's load test, as issue 5 tells it. */
const PARTY: WaitMs = [1, 2]
const KEEPS_MS: WaitMs = [1_000, 3_000]

/** The user of a public rival's mixed run: watches, thinks 1.5 to 2.5 s, now and then holds one or two seats for 1 to 3 s. */
export class RivalUser extends SeatBuyer {
  protected readonly name = 'rival'
  protected readonly waitMs: WaitMs = [1_500, 2_500]

  readonly #holdShare: number

  /** `holdShare`: of the thoughts, those after which they hold something. */
  constructor(sale: Sale, holdShare: number, token: string) {
    super(sale, token)
    this.#holdShare = holdShare
  }

  protected tasks(): readonly Task[] {
    return [
      { weight: 1 - this.#holdShare, run: async () => {} },
      { weight: this.#holdShare, run: () => this.#holdAndRelease() },
    ]
  }

  async #holdAndRelease(): Promise<void> {
    const seats = chooseSeats(this.page.map, Math.round(between(PARTY)), this.sale.buyersSeats)
    if (seats.length === 0) return
    const answer = await this.take('seats:hold', { seats })
    if (!answer.ok) return
    await this.think(KEEPS_MS)
    await this.letGo()
  }
}
