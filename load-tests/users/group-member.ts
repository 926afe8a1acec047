import type { CommandEvent, RequestNamed } from '../../shared/src/protocol/events.ts'
import type { Order } from '../../shared/src/protocol/order.ts'
import { ask, becomeGuest } from '../lib/seatcast/http-api.ts'
import { groupAnswers } from '../lib/seatcast/metrics.ts'
import { type Answer, Page } from '../lib/seatcast/page.ts'
import { type Sale, timeLeft } from '../lib/seatcast/sale.ts'
import { checkWallet, countPaid, payByWallet } from './checkout.ts'

/** Who comes at the very end still waits so long for the map, ms. Source: a guess: above any limit on joins. */
const PATIENCE_MS = 5_000

/** One of a group's friends, or its host: a page of their own, and an order when the group pays. */
export class GroupMember {
  readonly token: string
  readonly page: Page
  /** Theirs to pay; known after `readOrder`. */
  order: Order | undefined

  private constructor(token: string, page: Page) {
    this.token = token
    this.page = page
  }

  /** Undefined when the page did not open in time. */
  static async open(sale: Sale): Promise<GroupMember | undefined> {
    const { token } = await becomeGuest()
    const page = new Page({ sale, token })
    if (await page.open(Math.max(PATIENCE_MS, timeLeft(sale)))) return new GroupMember(token, page)
    page.close()
    return undefined
  }

  async ask<E extends CommandEvent>(event: E, request: Omit<RequestNamed<E>, 'performanceId'>): Promise<Answer<E>> {
    return (await this.timed(event, request)).answer
  }

  async timed<E extends CommandEvent>(
    event: E,
    request: Omit<RequestNamed<E>, 'performanceId'>,
  ): Promise<{ readonly answer: Answer<E>; readonly elapsedMs: number }> {
    const said = await this.page.command(event, request)
    groupAnswers.add(1, { code: said.answer.ok ? 'OK' : said.answer.code })
    return said
  }

  async readOrder(): Promise<void> {
    const answer = await this.ask('group:watch', {})
    const orderId = answer.ok ? (answer.group?.payment?.myOrderId ?? undefined) : undefined
    if (orderId !== undefined) this.order = await this.#read(orderId)
  }

  /** Pays their order from their wallet; it is sold when everybody's money is there. */
  async payShare(): Promise<void> {
    if (this.order !== undefined) await payByWallet(this.order, this.token)
  }

  /** The group is sold: counts their order and looks at their wallet. */
  async countPaid(): Promise<void> {
    if (this.order === undefined) return
    countPaid(this.order)
    await checkWallet(this.order, this.token)
  }

  /** As it is now; undefined: no order was theirs. */
  async orderStatus(): Promise<string | undefined> {
    return this.order === undefined ? undefined : (await this.#read(this.order.id))?.status
  }

  async #read(orderId: string): Promise<Order | undefined> {
    const { code, body } = await ask<Order>('GET', `/api/orders/${orderId}`, { token: this.token, name: 'read-order' })
    return code === 'OK' ? body : undefined
  }
}
