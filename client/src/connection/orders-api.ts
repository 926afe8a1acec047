import { isInFlight, type PaymentStatus } from '@seatcast/shared/domain/payment-state.ts'
import type {
  ChangedOrder,
  ChangeSeats,
  Order,
  OrderList,
  OrderPlaced,
  PaymentAnswer,
  Wallet,
} from '@seatcast/shared/protocol/order.ts'
import { askAsBuyer, askPlainly, RequestRefused, type BuyerRequest } from './authorized.ts'
import { keepOrderKey, orderKey } from './order-links.ts'
import { requestKeys } from './request-keys.ts'

/** Keys of intents, for all tabs. */
export const keys = requestKeys(() => localStorage)

export interface OrderRead {
  readonly order: Order
  /** False: somebody else's, opened by its secret link. */
  readonly owned: boolean
}

/** How a payment is made; `card`: development's sandbox card behaves so. */
export type PaymentChoice = { readonly method: 'wallet' } | { readonly method: 'card'; readonly card?: string }

export interface OrderTickets {
  /** The printable page; works for an hour. */
  readonly pageUrl: string
}

/** Turns a hold, or the listed part of it, into an order. `holdId`: asking twice for one hold's seats is one order. */
export async function placeOrder(
  performanceId: string,
  holdId: string,
  seats: readonly number[],
): Promise<OrderPlaced> {
  const sorted = seats.toSorted((a, b) => a - b)
  const intent = `order:${performanceId}:${holdId}:${sorted.join()}`
  const placed = await once<OrderPlaced>(intent, `/api/performances/${encodeURIComponent(performanceId)}/orders`, {
    seats: sorted,
  })
  if (placed.order.key !== undefined) keepOrderKey(placed.order.id, placed.order.key)
  return placed
}

/** One's own by who one is, else by its secret: `linkKey`, or the one that this browser keeps. */
export async function readOrder(id: string, linkKey: string | null): Promise<OrderRead> {
  try {
    return { order: await askAsBuyer<Order>(orderPath(id)), owned: true }
  } catch (error) {
    const key = linkKey ?? orderKey(id)
    if (!(error instanceof RequestRefused) || error.code !== 'NOT_FOUND' || key === null) throw error
    const order = await askPlainly<Order>(`${orderPath(id)}?key=${encodeURIComponent(key)}`, {}, null)
    keepOrderKey(id, key)
    return { order, owned: false }
  }
}

export const listOrders = (cursor: string | null): Promise<OrderList> =>
  askAsBuyer<OrderList>(cursor === null ? '/api/orders' : `/api/orders?cursor=${encodeURIComponent(cursor)}`)

/** A payment that failed is over: the next one is a new wish, also by the same method. */
export function payOrder(order: Order, choice: PaymentChoice): Promise<PaymentAnswer> {
  const intent = `pay:${order.id}:${order.amount}:${order.payments.length}:${JSON.stringify(choice)}`
  return once(intent, keyed(order.id, '/payments'), choice)
}

/** Gives back the listed seats, or all. */
export async function cancelOrder(order: Order, seats: readonly number[] | null): Promise<Order> {
  const body = seats === null ? {} : { seats: seats.toSorted((a, b) => a - b) }
  // One that was cancelled and then paid after all is cancelled anew.
  const intent = `cancel:${order.id}:${order.status}:${JSON.stringify(body)}`
  const { order: after } = await once<ChangedOrder>(intent, orderPath(order.id, '/cancel'), body)
  keys.forget(intent)
  return after
}

/** How often a seat change asks whether its payment is authorized, ms, and for how long. Sources: guesses. */
const PAYMENT_LOOK_MS = 700
const PAYMENT_PATIENCE_MS = 60_000

/**
 * Moves an order to other seats. With a `payment` in the answer it did not move: the payment failed, or nobody knows yet
 * how it ends and nothing will be charged.
 */
export async function changeSeats(order: Order, change: ChangeSeats): Promise<ChangedOrder> {
  const intent = `change:${order.id}:${order.payments.length}:${JSON.stringify(change)}`
  for (const begunMs = performance.now(); ;) {
    const answer = await once<ChangedOrder>(intent, orderPath(order.id, '/seats'), change)
    const waits = answer.payment !== undefined && isInFlight(answer.payment.status as PaymentStatus)
    if (!waits || performance.now() - begunMs > PAYMENT_PATIENCE_MS) {
      keys.forget(intent)
      return answer
    }
    await new Promise((resolve) => setTimeout(resolve, PAYMENT_LOOK_MS))
  }
}

export const readWallet = (currency: string): Promise<Wallet> =>
  askAsBuyer<Wallet>(`/api/wallet?currency=${encodeURIComponent(currency)}`)

export const readTickets = (orderId: string): Promise<OrderTickets> =>
  askAsBuyer<OrderTickets>(keyed(orderId, '/tickets'))

/** The order's address for whoever has its secret; null when this browser does not know it. */
export function orderLink(orderId: string): string | null {
  const key = orderKey(orderId)
  return key === null ? null : `${location.origin}/orders/${encodeURIComponent(orderId)}?key=${encodeURIComponent(key)}`
}

const orderPath = (id: string, below = ''): string => `/api/orders/${encodeURIComponent(id)}${below}`

/** Also for whoever has the order's link. */
function keyed(id: string, below: string): string {
  const key = orderKey(id)
  const path = orderPath(id, below)
  return key === null ? path : `${path}?key=${encodeURIComponent(key)}`
}

/** A POST with the key of its intent; a refusal ends the intent, a lost answer does not. */
export async function once<T>(intent: string, path: string, body: NonNullable<BuyerRequest['body']>): Promise<T> {
  try {
    return await askAsBuyer<T>(path, { method: 'POST', body, key: keys.keyOf(intent) })
  } catch (error) {
    if (error instanceof RequestRefused && error.code !== 'NO_ANSWER' && error.retryInMs === null) keys.forget(intent)
    throw error
  }
}
