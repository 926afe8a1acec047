import type { Logger } from 'pino'
import type { DeliveredOrder } from '../orders/order-outbox.ts'
import { type SeatcastServer, userRoom } from '../socket/server.ts'

/**
 * What follows from a map's having been told of an order: all of the buyer's sockets, on every node, hear that it changed (a
 * hint: they read it again), and the log has the line that ends the story of each request that changed it.
 */
export function deliveredOrders(io: SeatcastServer, log: Logger): (order: DeliveredOrder) => void {
  return ({ orderId, userId, status, requestIds, ...facts }) => {
    io.to(userRoom(userId)).emit('order:changed', { orderId, status })
    const { performanceId, holdId, changed: seatCount, epoch, revision } = facts
    const line = { orderId, holdId, performanceId, status, seatCount, epoch, revision }
    for (const requestId of requestIds) log.info({ ...line, requestId }, 'order told to its map')
    if (requestIds.length === 0) log.info(line, 'order told to its map')
  }
}
