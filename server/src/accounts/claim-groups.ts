import type { UserId } from '@seatcast/shared/domain/ids.ts'
import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import { RefusalError } from '../http/refusal.ts'

/**
 * Holds the rows of all groups that the guest is or was in until the transaction's end: whoever changes an order of a group, or
 * money paid for one, holds its group first (`lock_order`), so that nobody waits for the other in a circle.
 */
export async function lockGroupsOf(trx: Db, guest: UserId): Promise<void> {
  await sql`
    select from groups where id in (select group_id from group_members where user_id = ${guest})
    order by id
    for no key update`.execute(trx)
}

/**
 * The account takes the guest's place in their groups, seats and all (U8): in each that chooses or is being paid for, unless
 * the account is in another one of that performance or was in this one itself, or the guest keeps an order of the present
 * round. Redis follows at the next look at a group that chooses, which the account's page takes at once
 * (groups/group-hold.ts). The caller holds the groups' rows and has moved the orders. Refuses with GROUP_BUSY while a group
 * that is being paid for would lose its member, or its host, to a guest whose token is put away.
 */
export async function claimGroups(trx: Db, guest: UserId, account: UserId): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select groups.id
    from groups join group_members as place on place.group_id = groups.id
    where place.user_id = ${guest} and place.is_in
      and not exists (
        select from group_members as other
        where other.user_id = ${account}
          and (other.group_id = groups.id or (other.performance_id = groups.performance_id and other.is_in)))
      and not exists (
        select from counted_seats join orders on orders.id = counted_seats.order_id
        where counted_seats.user_id = ${guest} and orders.group_id = groups.id and groups.status <> 'open')
    order by groups.id`.execute(trx)
  const ids = rows.map(({ id }) => id)
  if (ids.length > 0) {
    await sql`
      update group_members set user_id = ${account}
      where user_id = ${guest} and is_in and group_id = any (${ids}::uuid[])`.execute(trx)
    await sql`
      update groups set version = version + 1, changed_at = now(),
        host_id = case when host_id = ${guest} then ${account} else host_id end
      where id = any (${ids}::uuid[])`.execute(trx)
  }
  const { rows: busy } = await sql`
    select from groups join group_members as place on place.group_id = groups.id
    where place.user_id = ${guest} and place.is_in and groups.status <> 'open'
    limit 1`.execute(trx)
  if (busy.length > 0) throw new RefusalError('GROUP_BUSY', { retryInMs: BUSY_RETRY_MS })
}

/** A round of payment: how soon it is worth asking again, ms. Source: a guess: most pay at once. */
const BUSY_RETRY_MS = 30_000
