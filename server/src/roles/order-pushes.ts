import type { DeliveredOrder } from '../orders/order-outbox.ts'
import { type SeatcastServer, userRoom } from '../socket/server.ts'

/** Tells all of a buyer's sockets, on every node, that an order changed. A hint: they read it again. */
export function orderPushes(io: SeatcastServer): (order: DeliveredOrder) => void {
  return ({ orderId, userId, status }) => {
    io.to(userRoom(userId)).emit('order:changed', { orderId, status })
  }
}
