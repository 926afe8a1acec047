import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import { check, type Check } from './check.ts'

/** What must hold of the orders of a performance's groups: a group has all of its seats or none (G12, G13). */
export async function auditGroupOrders(db: Db, performanceId: string): Promise<Check> {
  const { rows } = await sql<{ id: string; status: string; groupId: string; groupStatus: string }>`
    select orders.id, orders.status, groups.id as "groupId", groups.status as "groupStatus"
    from orders join groups on groups.id = orders.group_id
    where orders.performance_id = ${performanceId} and orders.status <> all (
      case
        when orders.payment_round <> groups.payment_round or groups.status in ('open', 'ended') then array['expired', 'cancelled']
        when groups.status = 'sold' then array['paid', 'refund_due', 'refunded']
        else array['pending', 'authorized'] end)
    order by orders.id`.execute(db)
  const { rows: without } = await sql<{ id: string; status: string }>`
    select id, status from groups
    where performance_id = ${performanceId} and status not in ('open', 'ended')
      and not exists (select from orders where group_id = groups.id and payment_round = groups.payment_round)`.execute(
    db,
  )
  return check('groups_whole', "a group's orders are sold together or not at all", [
    ...rows.map(
      ({ id, status, groupId, groupStatus }) => `order ${id} is ${status}, its group ${groupId} ${groupStatus}`,
    ),
    ...without.map(({ id, status }) => `group ${id} is ${status} and has no orders`),
  ])
}
