import { randomUUID } from 'node:crypto'
import type { GroupCommands, GroupOrder } from '../../src/seats/group-commands.ts'
import { holderOf } from '../../src/seats/group-commands.ts'
import type { LoadedGroup, MapTarget } from '../../src/seats/map-commands.ts'
import type { OrderCommands } from '../../src/seats/order-commands.ts'
import { type MapModel, PAYMENT_MS } from './map-model.ts'
import { type GroupStep, SEAT_COUNT, type Step, type WhichHold } from './seat-sequence.ts'

export interface StepCommands {
  readonly groups: GroupCommands
  readonly orders: OrderCommands
}

/** A step of groups or orders, asked of Redis now and of the model afterwards; `newId`: of a hold that began in Redis. */
export interface AskedStep {
  readonly answer: Promise<unknown>
  readonly predict: (newId: string) => unknown
}

export function askGroupStep(
  { groups, orders }: StepCommands,
  target: MapTarget,
  model: MapModel,
  step: GroupStep,
): AskedStep {
  switch (step.do) {
    case 'members': {
      const { groupId, members, holdMs } = step
      const version = Math.max(0, (model.groups.get(holderOf(groupId))?.version ?? 0) + step.newer)
      const group = { groupId, version, host: members[0] ?? '', members }
      return {
        answer: groups.setMembers(target, { ...group, holdMs }),
        predict: (newId) => model.setMembers(group, holdMs, newId),
      }
    }
    case 'holdBlock': {
      const holdId = step.hold === 'unnamed' ? undefined : namedHold(model, step.groupId, step.hold)
      return {
        answer: groups.holdBlock(target, { ...step, ...step.limits, holdId }),
        predict: (newId) => model.holdBlock({ ...step, holdId }, step.candidates, step.holdMs, step.limits, newId),
      }
    }
    case 'letGo': {
      const { groupId } = step
      const holdId = step.hold === 'unnamed' ? undefined : namedHold(model, groupId, step.hold)
      return {
        answer: groups.release(target, { groupId, ...(holdId !== undefined && { holdId }) }),
        predict: () => model.releaseBlock(groupId, holdId),
      }
    }
    case 'extend': {
      const { groupId } = step
      const holdId = namedHold(model, groupId, step.hold)
      return {
        answer: groups.extend(target, { groupId, holdId, byMs: EXTENSION_MS }),
        predict: () => model.extend(groupId, holdId, EXTENSION_MS),
      }
    }
    case 'orderGroup': {
      const { groupId } = step
      const holdId = namedHold(model, groupId, step.hold)
      const placed = groupOrders(model, groupId, step.how)
      return {
        answer: groups.order(target, { groupId, holdId, orders: placed, paymentMs: PAYMENT_MS }),
        predict: () => model.orderGroup(groupId, holdId, placed),
      }
    }
    case 'order': {
      const { buyer, seats } = step
      const orderId = randomUUID()
      return {
        answer: orders.order(target, { buyer, orderId, seats, paymentMs: PAYMENT_MS }),
        predict: () => model.order(buyer, orderId, seats),
      }
    }
    case 'return': {
      const orderId = orderAt(model, step.place)
      return { answer: orders.returnOrder(target, orderId), predict: () => model.returnOrder(orderId) }
    }
    case 'settle':
      break
  }
  const orderId = orderAt(model, step.place)
  const { buyer = '', seats = [], countsFor } = model.orders.get(orderId) ?? {}
  const whose = countsFor && { countsFor }
  const facts = { orderId, buyer, status: 'pending' as const, live: seats, gone: [], ...whose, remainingMs: PAYMENT_MS }
  return { answer: orders.settleOrder(target, facts), predict: () => model.settle(orderId) }
}

/** Half of the longest hold of a sequence. */
const EXTENSION_MS = 1_000

const isGroupStepName: Record<GroupStep['do'], true> = {
  members: true,
  holdBlock: true,
  letGo: true,
  extend: true,
  orderGroup: true,
  order: true,
  return: true,
  settle: true,
}
export const isGroupStep = (step: Step): step is GroupStep => step.do in isGroupStepName

/** The groups as PostgreSQL would have them, for a new epoch. */
export function loadedGroups(model: MapModel, kind: Extract<Step, { do: 'load' }>['groups']): LoadedGroup[] {
  if (kind === 'none') return []
  return [...model.groups].map(([holder, { version, host, members }]) => ({
    id: holder.slice(2),
    version,
    host,
    members,
    assigned: Object.fromEntries(
      kind === 'all sit'
        ? Array.from({ length: SEAT_COUNT }, (_, seat) => [seat, members[seat % members.length] ?? host])
        : [],
    ),
  }))
}

function namedHold(model: MapModel, groupId: string, which: WhichHold): string {
  const present = model.holdOf(holderOf(groupId))?.[0]
  return which === 'other' || present === undefined ? 'a hold that is gone' : present
}

const orderAt = (model: MapModel, place: number): string =>
  [...model.orders.keys()][place % (model.orders.size + 1)] ?? 'an order that is gone'

const otherThan = (seats: readonly number[]): number =>
  Array.from({ length: SEAT_COUNT }, (_, seat) => seat).find((seat) => !seats.includes(seat)) ?? 0

/** The members' in turn; those of the first, who pays for all, are not said. */
function friendsOf(members: readonly string[], seats: readonly number[]): Record<number, string> {
  const turns = seats.map((seat, at) => [seat, members[at % members.length] ?? ''] as const)
  return Object.fromEntries(turns.filter(([, member]) => member !== members[0]))
}

function groupOrders(model: MapModel, groupId: string, how: Extract<Step, { do: 'orderGroup' }>['how']): GroupOrder[] {
  const holder = holderOf(groupId)
  const members = model.groups.get(holder)?.members ?? ['ann']
  const seats = model.holdOf(holder)?.[1].seats ?? [0, 1]
  const first = { orderId: randomUUID(), buyer: members[0] ?? 'ann', seats }
  if (how === 'one') return [{ ...first, countsFor: friendsOf(members, seats) }]
  if (how === 'other') return [{ ...first, seats: [...seats.slice(1), otherThan(seats)] }]
  if (how === 'part' && seats.length > 1) return [{ ...first, seats: seats.slice(1) }]
  const parts = members.map((buyer, place) => ({
    orderId: randomUUID(),
    buyer,
    // Uneven: one seat for the first, the others for the second.
    seats: seats.filter((_, at) => (how === 'uneven' ? Math.min(at, 1) : at % members.length) === place),
  }))
  const placed = parts.filter((part) => part.seats.length > 0)
  const [one, other] = placed
  if (how !== 'twice' || one === undefined || other === undefined) return placed
  return [one, { ...other, seats: [...other.seats, ...one.seats] }, ...placed.slice(2)]
}
