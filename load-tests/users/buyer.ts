import { holdTries, openingTime } from '../lib/seatcast/metrics.ts'
import { type Sale, serverNow, timeLeft } from '../lib/seatcast/sale.ts'
import { chooseSeats } from './choose-seats.ts'
import { SeatBuyer, type Tags } from './seat-buyer.ts'
import { between, type Task, type WaitMs } from './user.ts'

export interface BuyerHabits {
  /** Seats wanted. */
  readonly party: WaitMs
  /** Thinking between two steps. */
  readonly waitMs: WaitMs
  /** What those do who hold seats, by weight. */
  readonly pays: number
  readonly givesUp: number
  readonly moves: number
  /** Closes nothing and does nothing: sees the hold expire. */
  readonly dawdles: number
}

export const USUAL_BUYER: BuyerHabits = {
  party: [1, 4],
  waitMs: [500, 2_500],
  pays: 6,
  givesUp: 2,
  moves: 1,
  dawdles: 1,
}

/** Tries with other seats after SEAT_TAKEN before they look at the map again. Source: three alternatives are offered. */
const TRIES_AT_ONCE = 4
/** Who is told nothing reloads the page by then, ms. Source: a guess. */
const OPENING_PATIENCE_MS = 5_000
/** Of those who hold, one in so many asks for the best seats instead of choosing. */
const BEST_SHARE = 0.3

/** Arrives, looks, takes seats (others, when these are gone), and pays, gives up, moves or dawdles. */
export class Buyer extends SeatBuyer {
  protected readonly name: string = 'buyer'
  protected readonly waitMs: WaitMs
  readonly #habits: BuyerHabits
  #tries = 0

  constructor(sale: Sale, habits: BuyerHabits = USUAL_BUYER, tags?: Tags) {
    super(sale, '', tags)
    this.#habits = habits
    this.waitMs = habits.waitMs
  }

  protected tasks(): readonly Task[] {
    const { pays, givesUp, moves, dawdles } = this.#habits
    const isHolding = () => !this.mine.isEmpty && !this.mine.isOrder
    return [
      { weight: 1, isPossible: () => this.mine.isEmpty, run: () => this.#takeSeats() },
      { weight: pays, isPossible: isHolding, run: () => this.#buy() },
      { weight: givesUp, isPossible: isHolding, run: () => this.#giveUp() },
      { weight: moves, isPossible: isHolding, run: () => this.#move() },
      { weight: dawdles, isPossible: isHolding, run: () => this.#dawdle() },
    ]
  }

  protected override async arrive(): Promise<boolean> {
    return (await super.arrive()) && (await this.#waitForOpening())
  }

  /** Those who are there before the sale opens are told when it does (F9). */
  async #waitForOpening(): Promise<boolean> {
    const opensInMs = this.sale.opensAtMs - serverNow(this.sale.clock)
    if (opensInMs <= 0) return true
    void this.page.socket.next('sale:changed').then(() => {
      openingTime.add(Math.max(0, serverNow(this.sale.clock) - this.sale.opensAtMs))
      this.pauses.endAll()
      return undefined
    })
    await this.pauses.wait(opensInMs + OPENING_PATIENCE_MS)
    return true
  }

  async #takeSeats(): Promise<void> {
    const count = Math.round(between(this.#habits.party))
    let seats = chooseSeats(this.page.map, count, this.sale.buyersSeats)
    for (let tries = 0; tries < TRIES_AT_ONCE && seats.length > 0; tries++) {
      this.#tries += 1
      const wantsBest = Math.random() < BEST_SHARE
      const { zoneId } = this.sale
      const answer = wantsBest
        ? await this.take('seats:best', { count, ...(zoneId !== undefined && { zoneId }) })
        : await this.take('seats:hold', { seats })
      if (answer.ok) return this.#held()
      if (answer.code !== 'SEAT_TAKEN') return
      seats = [...(('alternatives' in answer ? answer.alternatives?.[0] : undefined) ?? [])]
    }
    if (seats.length === 0 && chooseSeats(this.page.map, 1, this.sale.buyersSeats).length === 0) this.done() // sold out
  }

  #held(): void {
    holdTries.add(this.#tries)
    this.#tries = 0
  }

  async #buy(): Promise<void> {
    const order = await this.order()
    if (order === undefined) return
    await this.think()
    await this.pay(order)
    this.done()
  }

  async #giveUp(): Promise<void> {
    await this.letGo()
    this.done()
  }

  async #move(): Promise<void> {
    const release = [...this.mine.seats]
    const hold = chooseSeats(this.page.map, release.length, this.sale.buyersSeats)
    if (hold.length === release.length) await this.take('seats:swap', { release, hold })
  }

  /** The hold is to end by itself, neither early nor late; the news of it ends the wait. */
  async #dawdle(): Promise<void> {
    await this.pauses.wait(Math.min(this.mine.certainlyOverInMs, timeLeft(this.sale)))
    if (timeLeft(this.sale) <= 0) return
    this.mine.neverEnded()
    this.mine.let()
  }
}
