import type { GroupView } from '@seatcast/shared/protocol/group.ts'
import { meIn } from '../../store/group-store.ts'
import type { MyOrder } from '../../store/my-orders.ts'
import type { OrderView } from './order-view.ts'

/**
 * Whether an order's money is secured, as far as this page knows. The map says only that it was reserved once, not
 * whether it could then be taken: what the open order's page has read says it, or the group that pays together.
 */
export function isSecured(
  { orderId, status }: Pick<MyOrder, 'orderId' | 'status'>,
  open: { readonly orderId: string | null; readonly state: OrderView | null },
  group: GroupView | null,
): boolean {
  if (status !== 'authorized') return false
  if (open.orderId === orderId && open.state !== null) return open.state === 'reserved'
  if (group === null || group.payment?.myOrderId !== orderId) return false
  const share = meIn(group)?.share
  return share === 'reserved' || share === 'paid'
}
