import type { Layout } from '@seatcast/shared/domain/layout.ts'
import type { Order, OrderSeat, PaymentView } from '@seatcast/shared/protocol/order.ts'
import { findLayout } from '../catalogue/catalogue-repository.ts'
import type { Db } from '../database/client.ts'
import { amountOf, type StoredOrder } from './order-repository.ts'

/** An order as its owner sees it. Seats that were changed for others are not shown, cancelled ones are. */
export function orderView(order: StoredOrder, layout: Layout, payments: readonly PaymentView[] = []): Order {
  return {
    id: order.id,
    performanceId: order.performanceId,
    status: order.status,
    ...(order.claimedFrom !== null && { claimedFrom: order.claimedFrom }),
    seats: order.seats.flatMap(({ seat, zoneId, price, releasedBy }): OrderSeat[] =>
      releasedBy === 'change'
        ? []
        : [{ seat, ...placeOf(layout, seat), zoneId, price, released: releasedBy === 'cancel' }],
    ),
    amount: amountOf(order),
    currency: order.currency,
    expiresInMs: order.expiresInMs,
    createdAt: order.createdAt.toISOString(),
    payments: [...payments],
    cancellable: order.cancellable,
  }
}

function placeOf({ sections, seats }: Layout, seat: number): Pick<OrderSeat, 'section' | 'row' | 'number'> {
  return {
    section: sections[seats.section[seat] ?? -1]?.name ?? '',
    row: seats.row[seat] ?? '',
    number: seats.number[seat] ?? '',
  }
}

/** Unpacked layouts that one worker keeps for the names of seats; at the limit the oldest goes. Source: a guess: 5 MB each. */
const LAYOUTS_MAX = 8

/** Where seats' names come from. Layouts never change (V3). */
export type FindOrderLayout = (layoutId: string) => Promise<Layout>

export function orderLayouts(db: Db): FindOrderLayout {
  const kept = new Map<string, Promise<Layout>>()
  const read = async (layoutId: string): Promise<Layout> => {
    const layout = await findLayout(db, layoutId)
    if (layout === undefined) throw new Error(`layout ${layoutId} is gone`)
    return layout
  }
  return (layoutId) => {
    const known = kept.get(layoutId)
    if (known !== undefined) return known
    const reading = read(layoutId)
    kept.set(layoutId, reading)
    reading.catch(() => kept.delete(layoutId))
    const [oldest] = kept.keys()
    if (kept.size > LAYOUTS_MAX && oldest !== undefined) kept.delete(oldest)
    return reading
  }
}
