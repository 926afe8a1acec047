import type { UserId } from '@seatcast/shared/domain/ids.ts'
import { ACTIVE_ORDER_STATUSES, isActive, type OrderStatus } from '@seatcast/shared/domain/order-state.ts'
import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import type { AccessTokens } from '../http/authentication.ts'
import { badRequest } from '../http/refusal.ts'
import { noteChange } from '../orders/order-transitions.ts'
import { findAccount } from './account-repository.ts'
import { claimGroups, lockGroupsOf } from './claim-groups.ts'
import { isGuest } from './sign-in.ts'

/** Orders one claim moves; the rest moves with the next. Source: a guess far above what one guest buys. */
const ORDERS_MAX = 1_000

/**
 * Gives a guest's orders, what the guest paid for them and for friends', what counts against the guest in friends' orders
 * (G10), and the guest's place in groups, to an account, for whoever shows both tokens (U8); returns the orders
 * that moved, oldest first. A guest who has signed up is no guest: that account's orders stay its own. An order that would
 * take the account above a performance's limit of seats (H8) stays with the guest; its link still opens it. Nothing moves while
 * that, or another group of the account's, would leave the guest in a group that is being paid for.
 */
export async function claimOrders(
  db: Db,
  tokens: AccessTokens,
  claim: { readonly userId: UserId; readonly guestToken: string },
): Promise<string[]> {
  const guest = await tokens.readToken(claim.guestToken)
  if (guest === undefined || !isGuest(guest)) {
    throw badRequest([{ path: '/guestToken', message: "is not a guest's token, or is over" }])
  }
  if (guest.userId === claim.userId) return []
  return await db.transaction().execute(async (trx) => {
    await lockClaimsOf(trx, claim.userId)
    if ((await findAccount(trx, { userId: guest.userId })) !== undefined) {
      throw badRequest([{ path: '/guestToken', message: 'is of a guest who has an account' }])
    }
    // Groups first, as everywhere: whoever has a group's row may wait for its orders.
    await lockGroupsOf(trx, guest.userId)
    const orders = await lockOrders(trx, guest.userId)
    const moving = withinLimits(orders, await countedSeats(trx, claim.userId))
    const ids = moving.filter(({ isFriends }) => !isFriends).map(({ id }) => id)
    await sql`
      update orders set user_id = ${claim.userId}, changed_at = now() where id = any (${ids}::uuid[])`.execute(trx)
    await sql`
      update order_seats set counts_for = nullif(${claim.userId}, orders.user_id)
      from orders
      where orders.id = order_id and orders.id = any (${moving.map(({ id }) => id)}::uuid[])
        and counts_for in (${guest.userId}, ${claim.userId})`.execute(trx)
    // What the guest paid is the account's to get back, a friend's share that the host covered too; but for orders that stay
    // with the guest. Keys of requests are each caller's own.
    await sql`
      update payments set user_id = ${claim.userId}, request_key = null
      where user_id = ${guest.userId}
        and not exists (select from orders where id = order_id and user_id = ${guest.userId})`.execute(trx)
    await claimGroups(trx, guest.userId, claim.userId)
    // Redis counts a buyer's ordered seats, and the map shows an order to its buyer.
    for (const order of moving) if (isActive(order.status)) await noteChange(trx, order)
    return ids
  })
}

/** One claim of an account's after the other: each counts what those before it moved. Before any row is locked. */
async function lockClaimsOf(trx: Db, account: UserId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`claims of ${account}`}, 0))`.execute(trx)
}

interface OrderToMove {
  readonly id: string
  readonly performanceId: string
  readonly status: OrderStatus
  /** Somebody else's, in which seats count against the guest. */
  readonly isFriends: boolean
  /** How many of its seats count against the guest. */
  readonly seats: number
  /** How many its performance lets one buyer have. */
  readonly seatsMax: number
}

/** The guest's orders, and active ones of friends in which seats are the guest's; oldest first, held until the transaction's end. */
async function lockOrders(trx: Db, userId: UserId): Promise<readonly OrderToMove[]> {
  const { rows } = await sql<OrderToMove>`
    select orders.id, orders.performance_id as "performanceId", orders.status, orders.user_id <> ${userId} as "isFriends",
      performances.max_seats_per_buyer as "seatsMax",
      (select count(*) from order_seats
        where order_id = orders.id and released_at is null and coalesce(counts_for, orders.user_id) = ${userId}) as seats
    from orders join performances on performances.id = orders.performance_id
    where orders.id in (
      select id from orders where user_id = ${userId}
      union
      select order_id from order_seats
      where counts_for = ${userId} and released_at is null and order_status = any (${[...ACTIVE_ORDER_STATUSES]})
    )
    order by orders.id
    limit ${ORDERS_MAX}
    for no key update of orders`.execute(trx)
  // What another claim moved while this one waited for its lock is the guest's no more.
  return rows.filter(({ isFriends, seats }) => !isFriends || seats > 0)
}

/** Those that do not take the account above a performance's limit, the oldest first. `counted`: what it has, by performance. */
function withinLimits(orders: readonly OrderToMove[], counted: Map<string, number>): readonly OrderToMove[] {
  return orders.filter(({ performanceId, status, seats, seatsMax }) => {
    if (!isActive(status)) return true
    const after = (counted.get(performanceId) ?? 0) + seats
    if (after > seatsMax) return false
    counted.set(performanceId, after)
    return true
  })
}

/** How many seats of orders count against the user, by performance. */
async function countedSeats(trx: Db, userId: UserId): Promise<Map<string, number>> {
  const rows = await trx
    .selectFrom('counted_seats')
    .select('performance_id as performanceId')
    .select(({ fn }) => fn.countAll<number>().as('seats'))
    .where('user_id', '=', userId)
    .groupBy('performance_id')
    .execute()
  return new Map(rows.map(({ performanceId, seats }) => [performanceId, seats]))
}
