import type { Counter } from 'k6/metrics'
import type { ServerToClientEvents } from '../../shared/src/protocol/events.ts'
import type { Hold } from '../../shared/src/protocol/hold.ts'
import type { Order } from '../../shared/src/protocol/order.ts'
import { checkLeaver } from '../lib/seatcast/check-leaver.ts'
import { becomeGuest } from '../lib/seatcast/http-api.ts'
import * as metrics from '../lib/seatcast/metrics.ts'
import { type Answer, Page } from '../lib/seatcast/page.ts'
import { type Sale, timeLeft } from '../lib/seatcast/sale.ts'
import { checkWallet, countPaid, payByWallet, placeOrder } from './checkout.ts'
import { type BrokenPromise, GuardedSeats } from './guarded-seats.ts'
import { guarded } from '../lib/seatcast/unbroken.ts'
import { User } from './user.ts'

type HoldChanged = Parameters<ServerToClientEvents['hold:changed']>[0]

/** Who comes at the very end still waits so long for the map, ms. Source: a guess: above any limit on joins. */
const PATIENCE_MS = 5_000

/** A hold's commands. */
type Taking = 'seats:hold' | 'seats:best' | 'seats:swap'

export type Tags = () => Readonly<Record<string, string>>

/** What everybody who takes seats can do; what they do with it is their class's affair. */
export abstract class SeatBuyer extends User {
  protected readonly mine = new GuardedSeats(tellBroken)
  #page: Page | undefined
  #token: string
  /** k6's tags for what they measure, at the moment when they ask. */
  readonly #tags: Tags

  constructor(sale: Sale, token = '', tags: Tags = () => ({})) {
    super(sale)
    this.#token = token
    this.#tags = tags
  }

  protected get page(): Page {
    if (this.#page === undefined) throw new Error('the page is not open yet')
    return this.#page
  }

  protected async arrive(): Promise<boolean> {
    if (this.#token === '') this.#token = (await becomeGuest()).token
    this.#page = new Page({
      sale: this.sale,
      token: this.#token,
      tags: this.#tags(),
      onFrame: (delta) => this.mine.see(delta),
    })
    this.#page.socket.on(
      'hold:changed',
      guarded((change) => this.#hear(change)),
    )
    return this.#page.open(Math.max(PATIENCE_MS, timeLeft(this.sale)))
  }

  #hear({ performanceId, reason, epoch, revision }: HoldChanged): void {
    if (performanceId !== this.sale.performanceId) return
    if (reason === 'expired') {
      if (this.mine.isOf(epoch, revision)) this.mine.expired()
      this.pauses.endAll()
    } else if (reason === 'lost') this.mine.let()
  }

  protected async leave(): Promise<void> {
    await this.letGo()
    if (this.#page === undefined) return
    await checkLeaver(this.sale.performanceId, this.#page)
    this.#page.close()
  }

  /** One try to take seats; counts the answer. */
  protected async take<E extends Taking>(
    event: E,
    request: Parameters<typeof Page.prototype.command<E>>[1],
  ): Promise<Answer<E>> {
    this.mine.changing()
    const tags = this.#tags()
    const { answer, elapsedMs, sentMs } = await this.page.command(event, request)
    metrics.holdTime.add(elapsedMs, tags)
    metrics.holdAnswers.add(1, { code: answer.ok ? 'OK' : answer.code })
    if (answer.ok) this.mine.holds(answer as unknown as Hold, sentMs)
    else this.mine.unchanged()
    return answer
  }

  /** Releases what is held, if anything is. */
  protected async letGo(): Promise<void> {
    if (this.mine.isEmpty || this.mine.isOrder) return
    // Not connected any more: the hold ends by itself.
    if (!this.page.socket.connected) return this.mine.let()
    this.mine.changing()
    const tags = this.#tags()
    const { answer, elapsedMs } = await this.page.command('seats:release', {})
    if (answer.ok) metrics.releaseTime.add(elapsedMs, tags)
    this.mine.let()
  }

  /** The hold becomes an order; undefined when that was refused. */
  protected async order(): Promise<Order | undefined> {
    this.mine.changing()
    const { code, body, sentMs, retryInMs } = await placeOrder(this.sale, this.#token)
    if (code === 'OK') {
      const { order, epoch, revision } = body
      const seats = order.seats.map(({ seat }) => seat)
      this.mine.ordered(seats, { sentMs, expiresInMs: order.expiresInMs }, { epoch, revision })
      return order
    }
    // With a time to come again nothing was decided; anything else about a live hold breaks a promise.
    if (retryInMs > 0 || code === 'NO_ANSWER') this.mine.unchanged()
    else this.mine.refused(code)
    return undefined
  }

  /** Pays and looks at the wallet; true when the seats are theirs. */
  protected async pay(order: Order): Promise<boolean> {
    if (!(await payByWallet(order, this.#token))) return false
    this.mine.paid()
    countPaid(order)
    await checkWallet(order, this.#token)
    return true
  }
}

const BROKEN: Record<BrokenPromise, Counter> = {
  own_seat_lost: metrics.ownSeatLost,
  seat_given_twice: metrics.seatGivenTwice,
  hold_ended_early: metrics.holdEndedEarly,
  hold_ended_late: metrics.holdEndedLate,
}

function tellBroken(broken: BrokenPromise, text: string): void {
  BROKEN[broken].add(1)
  console.error(`VIOLATION ${text}`)
}
