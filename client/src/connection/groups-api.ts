import type { DeviceSession } from '@seatcast/shared/protocol/account.ts'
import type { GroupView } from '@seatcast/shared/protocol/group.ts'
import type { Order } from '@seatcast/shared/protocol/order.ts'
import { askAsBuyer, askPlainly } from './authorized.ts'
import { keepOrderKey } from './order-links.ts'
import { keys, once, type PaymentChoice } from './orders-api.ts'
import { visitor } from './visitor.ts'

export interface GroupAnswer {
  readonly group: GroupView
  /** The caller's own; absent when no seat is theirs. */
  readonly order?: Order
}

/** Begins to pay: the block becomes orders (G10, G11). Begun before, by anybody: the same. */
export async function beginToPay({ groupId, hold }: GroupView): Promise<GroupAnswer> {
  const intent = `group-orders:${groupId}:${hold?.holdId ?? ''}`
  const answer = await once<GroupAnswer>(intent, groupPath(groupId, '/orders'), {})
  if (answer.order?.key !== undefined) keepOrderKey(answer.order.id, answer.order.key)
  return answer
}

/** The host pays what is missing of every order (G14, G15). */
export async function coverTheRest({ groupId, version }: GroupView, choice: PaymentChoice): Promise<GroupView> {
  const intent = `group-cover:${groupId}:${version}:${JSON.stringify(choice)}`
  return (await once<GroupAnswer>(intent, groupPath(groupId, '/cover'), choice)).group
}

/** The host ends the orders that are not sold (G13). */
export async function giveUp({ groupId, version }: GroupView): Promise<GroupView> {
  const intent = `group-give-up:${groupId}:${version}`
  const { group } = await once<GroupAnswer>(intent, groupPath(groupId, '/give-up'), {})
  keys.forget(intent)
  return group
}

/** A link that makes one other device this buyer's, once, within some minutes. */
export async function makeDeviceLink(performanceId: string): Promise<string> {
  const { key } = await askAsBuyer<{ key: string }>('/api/device-links', { method: 'POST', body: {} })
  return `${location.origin}/d/${encodeURIComponent(key)}?p=${encodeURIComponent(performanceId)}`
}

/** From now on this browser is the buyer who made the link. */
export async function adoptDeviceLink(key: string): Promise<void> {
  visitor.adopt(await askPlainly<DeviceSession>('/api/sessions/device', { method: 'POST', body: { key } }, null))
}

const groupPath = (id: string, below: string): string => `/api/groups/${encodeURIComponent(id)}${below}`
