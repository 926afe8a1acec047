import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { isInFlight, type PaymentStatus } from '@seatcast/shared/domain/payment-state.ts'
import type { ChangedOrder, Order } from '@seatcast/shared/protocol/order.ts'
import type { Placed, Said, Shopper } from './shopper.ts'

/** How long a client goes on asking a server that does not answer, ms. */
const STUBBORN_MS = 60_000

export interface Journey {
  readonly seats: readonly number[]
  /** Pays by a card of the sandbox; without: from the wallet. */
  readonly card?: string
  /** Exchanges the first seat for this one before paying. */
  readonly moveTo?: number
  /** Exchanges the first seat for this dearer one after paying, the difference by a card. */
  readonly upgradeTo?: number
  /** Cancels while the payment is in flight; its money comes all the same. */
  readonly callsOff?: boolean
  /** Cancels the paid order and waits for its money. */
  readonly cancels?: boolean
  /** Told when the payment is asked for. */
  readonly whenPaying?: () => void
  /** What happens while the payment is in flight. */
  readonly whenWaiting?: (orderId: string) => Promise<void>
}

/**
 * A buyer from hold to ticket, as a browser is one: every request is sent again, with its key, until it is answered.
 * `mayRetry`: resolves when a client whose connection broke may go on. Resolves with the order as it ends.
 */
export async function goShopping(one: Shopper, journey: Journey, mayRetry: Promise<void>): Promise<Order> {
  const { seats, card, moveTo } = journey
  const again = async <T>(what: string, call: () => Promise<Said<T>>): Promise<T> => {
    for (const startedMs = performance.now(); ;) {
      const said = await call().catch((fault: unknown) => ({ status: 503, body: fault as never }))
      if (said.status < 300) return said.body
      if (said.status !== 503 || performance.now() - startedMs > STUBBORN_MS)
        throw new Error(`${what}: ${said.status} ${said.body.code ?? String(said.body)}`)
      await mayRetry
      await delay(100)
    }
  }
  const post = <T>(what: string, path: string, body: object): Promise<T> => {
    const key = randomUUID()
    return again(what, () => one.request<T>('POST', path, body, key))
  }
  const becomes = async (id: string, status: Order['status']): Promise<Order> => {
    for (const startedMs = performance.now(); ;) {
      const order = await again('read', () => one.request<Order>('GET', `/api/orders/${id}`))
      if (order.status === status) return order
      if (performance.now() - startedMs > STUBBORN_MS) throw new Error(`order ${order.status}, not ${status}`)
      await delay(50)
    }
  }

  /** Asked again until the bank has said yes; anew when the money went back meanwhile. */
  const upgrade = async (id: string, take: number): Promise<Order> => {
    const body = { release: [seats[0]], take: [take], method: 'card' }
    const path = `/api/orders/${id}/seats`
    let key = randomUUID()
    for (const startedMs = performance.now(); ;) {
      const asked = key
      const { order, payment } = await again('upgrade', () => one.request<ChangedOrder>('POST', path, body, asked))
      if (payment === undefined) return order
      if (performance.now() - startedMs > STUBBORN_MS) throw new Error(`the difference is ${payment.status}`)
      if (!isInFlight(payment.status as PaymentStatus)) key = randomUUID()
      await delay(100)
    }
  }

  const held = await one.ask('seats:hold', { seats: [...seats] })
  if (!held.ok) throw new Error(`no hold: ${held.code}`)
  const key = randomUUID()
  const { id } = (await again<Placed>('place', () => one.place({}, key))).order
  if (moveTo !== undefined) await post('move', `/api/orders/${id}/seats`, { release: [seats[0]], take: [moveTo] })
  const payment = post(
    'pay',
    `/api/orders/${id}/payments`,
    card === undefined ? { method: 'wallet' } : { method: 'card', card },
  )
  journey.whenPaying?.()
  await payment
  await journey.whenWaiting?.(id)
  if (journey.callsOff === true) await post('call off', `/api/orders/${id}/cancel`, {})
  const paid = await becomes(id, 'paid')
  if (journey.upgradeTo !== undefined) return await upgrade(id, journey.upgradeTo)
  if (journey.cancels !== true) return paid
  await post('cancel', `/api/orders/${id}/cancel`, {})
  return await becomes(id, 'refunded')
}
