import { isActive, isClaimable, ORDER_STATUSES, type OrderStatus } from '@seatcast/shared/domain/order-state.ts'
import type { Position } from '@seatcast/shared/domain/revision.ts'
import type { Order } from '@seatcast/shared/protocol/order.ts'
import type { Mine } from '@seatcast/shared/protocol/watch.ts'
import { isOlder } from './hold-store.ts'

/** An order of mine that has seats on this map. */
export interface MyOrder {
  readonly orderId: string
  readonly status: OrderStatus
  readonly seats: readonly number[]
  /** Payment is due until then, on the local monotonic clock, ms; null when it does not wait for payment. */
  readonly deadlineMs: number | null
}

export interface MyOrders {
  readonly orders: readonly MyOrder[]
  /** Ended by PostgreSQL's word, and as what: the map may be a moment behind and still list them. */
  readonly ended: ReadonlyMap<string, OrderStatus>
  /** What the map said before is older than what we know. */
  readonly position: Position | null
}

export const NO_ORDERS: MyOrders = { orders: [], ended: new Map(), position: null }

/** Takes over what the map says at `at`; `nowMs`: the local monotonic clock. */
export function applyMine(state: MyOrders, mine: Mine['orders'], at: Position, nowMs: number): MyOrders {
  if (state.position !== null && isOlder(at, state.position)) return state
  const orders = mine.flatMap(({ orderId, status, seats, expiresInMs }) => {
    if (!isStatus(status) || !isActive(status) || isOver(state.ended.get(orderId), status)) return []
    return [{ orderId, status, seats, deadlineMs: deadlineOf(status, expiresInMs, nowMs) }]
  })
  return { ...state, orders, position: { epoch: at.epoch, revision: at.revision } }
}

/** Takes over one order as PostgreSQL has it; `at`: the map's state that has its seats, where it was told. */
export function applyOrder(state: MyOrders, order: Order, at: Position | null, nowMs: number): MyOrders {
  const others = state.orders.filter(({ orderId }) => orderId !== order.id)
  const ended = new Map(state.ended)
  const position = at === null || (state.position !== null && isOlder(at, state.position)) ? state.position : at
  if (!isActive(order.status)) {
    ended.set(order.id, order.status)
    return { orders: others, ended, position }
  }
  ended.delete(order.id)
  const mine: MyOrder = {
    orderId: order.id,
    status: order.status,
    seats: order.seats.filter(({ released }) => !released).map(({ seat }) => seat),
    deadlineMs: deadlineOf(order.status, order.expiresInMs, nowMs),
  }
  return { orders: [...others, mine], ended, position }
}

/** What ended unpaid and is paid on the map was claimed late (O10). */
const isOver = (endedAs: OrderStatus | undefined, now: OrderStatus): boolean =>
  endedAs !== undefined && !(isClaimable(endedAs) && now === 'paid')

/** Whether an order waits for its buyer's money. */
export const isUnpaid = ({ status }: Pick<MyOrder, 'status'>): boolean =>
  status === 'pending' || status === 'authorized'

const deadlineOf = (status: OrderStatus, expiresInMs: number, nowMs: number): number | null =>
  isUnpaid({ status }) ? nowMs + expiresInMs : null

const isStatus = (status: string): status is OrderStatus => (ORDER_STATUSES as readonly string[]).includes(status)
