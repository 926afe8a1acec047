import { abuseFactor } from '../lib/seatcast/metrics.ts'
import type { Sale } from '../lib/seatcast/sale.ts'
import { chooseSeats } from './choose-seats.ts'
import { Halves } from './halves.ts'
import { SeatBuyer } from './seat-buyer.ts'
import type { Task, WaitMs } from './user.ts'

/** Takes a seat, lets it go, and begins again, all the time: one answer is as good as another. */
export class Witness extends SeatBuyer {
  protected readonly name = 'witness'
  protected readonly waitMs: WaitMs
  readonly #halves: Halves

  constructor(sale: Sale, halves: Halves, waitMs: WaitMs) {
    super(sale)
    this.#halves = halves
    this.waitMs = waitMs
  }

  protected tasks(): readonly Task[] {
    return [{ weight: 1, run: () => this.#takeAndLetGo() }]
  }

  async #takeAndLetGo(): Promise<void> {
    const seats = chooseSeats(this.page.map, 1, this.sale.buyersSeats)
    if (seats.length === 0) return
    const sentMs = Date.now()
    const answer = await this.take('seats:hold', { seats })
    // Whatever the answer is; but none at all is a limit's affair, and is counted there.
    if (answer.ok || answer.code !== 'NO_ANSWER')
      this.#halves.add(sentMs + this.sale.clock.offsetMs - this.sale.startsAtMs, Date.now() - sentMs)
    await this.letGo()
  }
}

export interface Witnesses {
  readonly count: number
  readonly waitMs: WaitMs
  /** When it happens, from the run's start, ms. */
  readonly untilMs: number
  readonly slackMs: number
  /** Answers that each half must have. */
  readonly least: number
}

/** Honest buyers of one virtual user, who tell at last how much longer they waited in the second half. */
export async function bearWitness(sale: Sale, { count, waitMs, untilMs, slackMs, least }: Witnesses): Promise<void> {
  const halves = new Halves(untilMs)
  await Promise.all(Array.from({ length: count }, () => new Witness(sale, halves, waitMs).visit()))
  const factor = halves.factor(slackMs, least)
  if (factor !== undefined) abuseFactor.add(factor)
}
