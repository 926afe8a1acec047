import type { Order, OrderPlaced, PaymentAnswer, Wallet } from '../../shared/src/protocol/order.ts'
import { ask, type Said } from '../lib/seatcast/http-api.ts'
import * as metrics from '../lib/seatcast/metrics.ts'
import type { Sale } from '../lib/seatcast/sale.ts'

/** Orders what the buyer holds; times it and checks the amount against the zones' prices (O1). */
export async function placeOrder(sale: Sale, token: string): Promise<Said<OrderPlaced> & { readonly sentMs: number }> {
  const sentMs = Date.now()
  const path = `/api/performances/${sale.performanceId}/orders`
  const said = await ask<OrderPlaced>('POST', path, { token, body: {}, name: 'order' })
  metrics.orderAnswers.add(1, { code: said.code })
  if (said.code === 'OK') {
    metrics.orderTime.add(Date.now() - sentMs)
    const { order } = said.body
    const priced = order.seats.reduce((sum, { zoneId }) => sum + (sale.prices[zoneId] ?? 0), 0)
    if (order.amount !== priced) tell(`order ${order.id} is ${order.amount}, its seats cost ${priced}`)
  }
  return { ...said, sentMs }
}

/** Pays from the demo wallet; true when the order is paid. One of a group may wait for the others' money first. */
export async function payByWallet(order: Order, token: string): Promise<boolean> {
  const sentMs = Date.now()
  const path = `/api/orders/${order.id}/payments`
  const { code, body } = await ask<PaymentAnswer>('POST', path, { token, body: { method: 'wallet' }, name: 'payment' })
  metrics.paymentAnswers.add(1, { code })
  if (code === 'OK') metrics.paymentTime.add(Date.now() - sentMs)
  return code === 'OK' && body.order.status === 'paid'
}

export function countPaid(order: Order): void {
  metrics.ordersPaid.add(1)
  metrics.seatsSold.add(order.seats.length)
  metrics.moneyMinor.add(order.amount)
}

/** A new buyer's wallet: what was granted less what this order cost (P1). */
export async function checkWallet(order: Order, token: string): Promise<void> {
  const { code, body } = await ask<Wallet>('GET', `/api/wallet?currency=${order.currency}`, { token, name: 'wallet' })
  if (code !== 'OK') return
  const sum = body.entries.reduce((total, { amount }) => total + amount, 0)
  const paid = body.entries.filter(({ kind, orderId }) => kind === 'payment' && orderId === order.id)
  if (body.nextCursor === null && sum !== body.balance) tell(`a wallet has ${body.balance}, its entries sum to ${sum}`)
  const taken = -paid.reduce((total, { amount }) => total + amount, 0)
  if (taken !== order.amount) tell(`order ${order.id} of ${order.amount} took ${taken} from the wallet`)
}

function tell(text: string): void {
  metrics.moneyDiffers.add(1)
  console.error(`MONEY ${text}`)
}
