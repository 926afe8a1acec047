import type { PerformanceId } from '@seatcast/shared/domain/ids.ts'
import { findPerformance } from '../catalogue/catalogue-repository.ts'
import { RefusalError } from '../http/refusal.ts'
import type { OrderCommands } from '../seats/order-commands.ts'
import { findAnyOrder, seatsOf } from './order-repository.ts'
import type { SecureSeats } from './order-transitions.ts'
import { noStep, type Step } from './step.ts'

export interface LateClaimNeeds {
  readonly orders: Pick<OrderCommands, 'takeSeats'>
  /** The map of this performance is not there: asks for it (R5), without making the claim's transaction wait. */
  readonly mapMissing?: (performanceId: PerformanceId) => void
  readonly step?: Step
}

/**
 * Takes an ended order's seats on the live map again, all of them or none, also above their buyer's limit (O10). What
 * PostgreSQL then does not confirm is let go by the sweep of locks. Throws MAP_RELOADING while the map cannot be asked:
 * it is asked for, and the money's report is to come again.
 */
export function lateClaims({ orders, mapMissing, step = noStep }: LateClaimNeeds): SecureSeats {
  return async (trx, orderId) => {
    const order = await findAnyOrder(trx, orderId)
    const performance = order && (await findPerformance(trx, order.performanceId))
    if (order === undefined || performance === undefined) return false
    const take = seatsOf(order)
    if (take.length === 0) return false
    const target = { id: performance.id, partition: performance.partition, epoch: performance.epoch }
    const request = {
      buyer: order.userId,
      orderId,
      take,
      status: 'pending',
      live: [],
      had: order.seats.map(({ seat }) => seat),
      remainingMs: 0,
      late: true,
    } as const
    const answer = await orders.takeSeats(target, request)
    if (answer.ok) {
      await step('seats claimed late')
      return true
    }
    if (answer.code === 'WRONG_EPOCH' || answer.code === 'NO_MAP') {
      mapMissing?.(target.id)
      throw new RefusalError('MAP_RELOADING')
    }
    return false
  }
}
