import type { UserId } from '@seatcast/shared/domain/ids.ts'
import type { Db } from '../../database/client.ts'
import { newId } from '../../database/uuid.ts'
import { RefusalError } from '../../http/refusal.ts'
import type { OrderKeys } from '../../orders/order-keys.ts'
import { findAnyOrder, type StoredOrder } from '../../orders/order-repository.ts'
import { breaks, ONE_LIVE_ORDER_PER_SEAT } from '../../orders/order-transitions.ts'
import { resolveLock } from '../../orders/orphan-locks.ts'
import type { OrderableMap } from '../../orders/place-order.ts'
import type { JointSale } from '../../payments/payment-context.ts'
import type { GroupCommands } from '../../seats/group-commands.ts'
import type { OrderCommands } from '../../seats/order-commands.ts'
import { changeGroup, findGroup, type StoredGroup } from '../group-repository.ts'
import { membersOf, seatOwners, type StoredMember } from '../member-repository.ts'
import { agrees } from '../seat-again.ts'
import { whoHasTooMany } from '../seats-left.ts'
import { insertGroupOrders, type NewShare } from './insert-group-orders.ts'
import { noGroupStep, type TakeGroupStep } from './step.ts'

export interface BeginNeeds {
  readonly db: Db
  readonly orders: OrderCommands
  readonly keys: OrderKeys
  readonly groups: GroupCommands
  readonly jointSale: JointSale
  readonly step?: TakeGroupStep
}

/** One attempt to begin. `begin` runs in the caller's transaction; after any failure of it or of its commit, `undo`. */
export interface Beginning {
  /** The caller's own order; undefined: no seat is theirs. */
  begin(trx: Db): Promise<StoredOrder | undefined>
  /** Gives the seats back to the group's hold, unless the orders may exist after all (O2). */
  undo(fault: unknown): Promise<void>
}

/**
 * Turns a group's block into its orders (G10, G11): the seats in Redis first, all in one step, then the rows in one
 * transaction, with one deadline. A group that is being paid for, or sold, is left as it is, and that is success.
 */
export function beginning(
  needs: BeginNeeds,
  map: OrderableMap,
  caller: { readonly groupId: string; readonly userId: UserId },
): Beginning {
  const { db, orders, groups, jointSale, step = noGroupStep } = needs
  const { performance, target } = map
  const { groupId, userId } = caller
  let written: NewShare[] = []

  const order = async (trx: Db, group: StoredGroup, members: readonly StoredMember[], holdId: string) => {
    const shares = written
    const answer = await groups.order(target, {
      groupId: group.id,
      holdId,
      orders: shares.map(({ orderId, buyer, seats, countsFor }) => ({ orderId, buyer, seats, countsFor })),
      paymentMs: performance.paymentSeconds * 1_000,
    })
    if (answer.ok) return
    written = []
    if (answer.code === 'LIMIT_EXCEEDED') {
      const counted = shares.flatMap(({ seats, buyer, countsFor }) => seats.map((seat) => countsFor[seat] ?? buyer))
      const shareOf = (user: UserId) => counted.filter((whose) => whose === user).length
      throw new RefusalError(answer.code, await whoHasTooMany(trx, map, members, shareOf))
    }
    if (answer.code === 'NO_HOLD') throw new RefusalError(answer.code)
    if (answer.code === 'BAD_REQUEST') throw new Error(`group ${group.id}: its own seats were refused as an order`)
    throw new RefusalError('MAP_RELOADING')
  }

  return {
    async begin(trx) {
      const group = await findGroup(trx, groupId, 'lock')
      const members = group === undefined ? [] : await membersOf(trx, groupId)
      const me = members.find((member) => member.userId === userId)
      if (group === undefined || me === undefined) throw new RefusalError('NOT_FOUND')
      if (group.status === 'ended') throw new RefusalError('NO_HOLD')
      if (group.status !== 'open') return await ownOrder(trx, group, me)

      if (map.saleStatus === 'closed' || performance.startsAt.getTime() <= Date.now())
        throw new RefusalError('NOT_ON_SALE')
      const known = await groups.read(target, groupId)
      if (known === undefined || known.hold === null) throw new RefusalError('NO_HOLD')
      const { hold } = known
      const owners = await seatOwners(trx, groupId)
      // After a crash nobody pays for seats that are somebody else's: the next look at the group mends it.
      if (!agrees(known, { group, members, owners })) throw new RefusalError('MAP_RELOADING')
      const shares = sharesIn(group, members, me, hold.seats, owners)
      written = shares.map((share) => ({ ...share, keySha256: needs.keys.sha256Of(share.orderId) }))
      await order(trx, group, members, hold.holdId)
      await step('block ordered')
      const round = { groupId, number: group.paymentRound + 1, holdId: hold.holdId }
      const payUntil = await insertGroupOrders(trx, map, round, written)
      await changeGroup(trx, groupId, {
        status: 'paying',
        paymentRound: round.number,
        payUntil,
        shortUntil: null,
        notice: null,
        hold: null,
      })
      await jointSale.advance(trx, groupId) // shares that cost nothing are paid
      await step('group orders written')
      return await ownOrder(trx, { ...group, paymentRound: round.number }, me)
    },

    async undo(fault) {
      const [first] = written
      if (first === undefined) return
      // The commit's answer may be lost: only PostgreSQL can tell whether there are orders. One stands for all of them.
      await resolveLock({ db, orders }, target, { orderId: first.orderId, buyer: first.buyer })
      if (breaks(fault, ONE_LIVE_ORDER_PER_SEAT)) throw new RefusalError('SEAT_TAKEN', {}, { cause: fault })
    },
  }
}

/** Whose order has which seats: all in one of whoever begins, where they count as before, or each in its member's; nobody's are the host's. */
function sharesIn(
  { rule, hostId }: StoredGroup,
  members: readonly StoredMember[],
  me: StoredMember,
  seats: readonly number[],
  owners: ReadonlyMap<number, string>,
): Omit<NewShare, 'keySha256'>[] {
  const host = members.find(({ userId }) => userId === hostId) ?? me
  const byMember = new Map<StoredMember, number[]>()
  const countsFor: Record<number, UserId> = {}
  for (const seat of seats.toSorted((a, b) => a - b)) {
    const owner = members.find(({ id }) => id === owners.get(seat)) ?? host
    const payer = rule === 'one_pays' ? me : owner
    byMember.set(payer, [...(byMember.get(payer) ?? []), seat])
    if (owner !== payer) countsFor[seat] = owner.userId
  }
  return [...byMember].map(([{ id: memberId, userId: buyer }, own]) => ({
    orderId: newId(),
    memberId,
    buyer,
    seats: own,
    countsFor,
  }))
}

async function ownOrder(trx: Db, group: StoredGroup, me: StoredMember): Promise<StoredOrder | undefined> {
  const row = await trx
    .selectFrom('orders')
    .select('id')
    .where('group_id', '=', group.id)
    .where('payment_round', '=', group.paymentRound)
    .where('member_id', '=', me.id)
    .executeTakeFirst()
  return row === undefined ? undefined : await findAnyOrder(trx, row.id)
}
