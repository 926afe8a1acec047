import { holdTries } from '../lib/seatcast/metrics.ts'
import type { Sale } from '../lib/seatcast/sale.ts'
import { SeatBuyer } from './seat-buyer.ts'
import type { Task, WaitMs } from './user.ts'

export interface RetrierHabits {
  /** The seats everybody wants: the first so many. */
  readonly wanted: number
  readonly waitMs: WaitMs
  /** Share of those who have a seat and pay for it; the others let it go and begin again. */
  readonly pays: number
}

const SOLD = 2

/** Clicks one of the few seats that everybody wants, whether the map shows it taken or not, until they have one. */
export class Retrier extends SeatBuyer {
  protected readonly name = 'retrier'
  protected readonly waitMs: WaitMs
  readonly #habits: RetrierHabits
  #tries = 0

  constructor(sale: Sale, habits: RetrierHabits, token: string) {
    super(sale, token)
    this.#habits = habits
    this.waitMs = habits.waitMs
  }

  protected tasks(): readonly Task[] {
    const { pays } = this.#habits
    const isHolding = () => !this.mine.isEmpty && !this.mine.isOrder
    return [
      { weight: 1, isPossible: () => this.mine.isEmpty, run: () => this.#click() },
      { weight: pays, isPossible: isHolding, run: () => this.#buy() },
      { weight: 1 - pays, isPossible: isHolding, run: () => this.letGo() },
    ]
  }

  async #click(): Promise<void> {
    this.#tries += 1
    const seat = Math.floor(Math.random() * this.#habits.wanted)
    const answer = await this.take('seats:hold', { seats: [seat] })
    if (answer.ok) {
      holdTries.add(this.#tries)
      this.#tries = 0
    } else if (this.#isSoldOut()) this.done()
  }

  async #buy(): Promise<void> {
    const order = await this.order()
    if (order === undefined) return
    await this.pay(order)
    this.done()
  }

  #isSoldOut(): boolean {
    for (let seat = 0; seat < this.#habits.wanted; seat++) if (this.page.map.statusOf(seat) !== SOLD) return false
    return true
  }
}
