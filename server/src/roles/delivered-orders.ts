import type { Logger } from 'pino'
import type { TellGroup } from '../groups/group-news.ts'
import type { DeliveredOrder } from '../orders/order-outbox.ts'
import { type SeatcastServer, userRoom } from '../socket/server.ts'

export interface Hearers {
  /** Once sockets are served. */
  readonly io: () => Pick<SeatcastServer, 'to'>
  readonly tellGroup: TellGroup
  readonly log: Logger
}

/**
 * What follows from a map's having been told of an order: all of the buyer's sockets, on every node, hear that it changed (a
 * hint: they read it again), so do the members of its group, once for orders that are told together, and the log has the
 * line that ends the story of each request that changed it.
 */
export function deliveredOrders({ io, tellGroup, log }: Hearers): (order: DeliveredOrder) => void {
  const groups = new Set<string>()
  const tellOnce = (groupId: string): void => {
    if (groups.has(groupId)) return
    groups.add(groupId)
    setImmediate(() => {
      groups.delete(groupId)
      tellGroup(groupId).catch((fault: unknown) => log.warn({ groupId, err: fault }, 'group not told'))
    })
  }
  return ({ orderId, userId, groupId, status, requestIds, ...facts }) => {
    if (groupId !== null) tellOnce(groupId)
    io().to(userRoom(userId)).emit('order:changed', { orderId, status })
    const { performanceId, holdId, changed: seatCount, epoch, revision } = facts
    const group = groupId === null ? {} : { groupId }
    const line = { orderId, holdId, ...group, performanceId, status, seatCount, epoch, revision }
    for (const requestId of requestIds) log.info({ ...line, requestId }, 'order told to its map')
    if (requestIds.length === 0) log.info(line, 'order told to its map')
  }
}
