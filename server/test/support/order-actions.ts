import type { OrderStatus } from '@seatcast/shared/domain/order-state.ts'
import { compareOrders } from '../../src/orders/compare-orders.ts'
import { lateClaims } from '../../src/orders/late-claim.ts'
import { deliverOutbox } from '../../src/orders/order-outbox.ts'
import type { StoredOrder } from '../../src/orders/order-repository.ts'
import { transition } from '../../src/orders/order-transitions.ts'
import { type OrderableMap, placing } from '../../src/orders/place-order.ts'
import type { StepName } from '../../src/orders/step.ts'
import { mapKeys } from '../../src/redis/keys.ts'
import { dyingAt } from './crash.ts'
import { type OrderWorld, TEST_KEYS } from './order-world.ts'

/** What happens to orders in tests, by name, on the map that a test has at that moment. */
export function orderActions({ db, redis, commands, orders }: OrderWorld, mapNow: () => OrderableMap) {
  const hold = (buyer: string, seats: number[]) => commands.hold(mapNow().target, { buyer, seats })
  return {
    hold,
    /** `crash`: the process dies there, and nobody undoes anything. */
    place: async (buyer: string, seats: number[], crash: StepName | null = null): Promise<StoredOrder> => {
      await hold(buyer, seats)
      const step = dyingAt(crash)
      const attempt = placing({ db, orders, keys: TEST_KEYS, step }, mapNow(), { buyer, seats })
      const { order } = await db.transaction().execute((trx) => attempt.place(trx))
      step('order committed')
      return order
    },
    become: (id: string, to: OrderStatus, from?: readonly OrderStatus[]) =>
      db.transaction().execute((trx) => transition(trx, id, to, from, lateClaims({ orders }))),
    deliver: () => deliverOutbox({ db, orders }),
    /** One state digit a seat. */
    states: async () => (await redis.get(mapKeys(mapNow().target).seats)) ?? '',
    compare: () => compareOrders({ db, orders, readMap: (of) => commands.readMap(of) }, mapNow().target),
    /** Its payment deadline passes. */
    overdue: (id: string) =>
      db
        .updateTable('orders')
        .set({ deadline_at: new Date(Date.now() - 1_000) })
        .where('id', '=', id)
        .execute(),
  }
}
