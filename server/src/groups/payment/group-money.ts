import type { ShareState } from '@seatcast/shared/protocol/group.ts'
import { sql } from 'kysely'
import type { Db } from '../../database/client.ts'
import type { GroupMoney, MemberOrder } from '../group-parts.ts'
import type { StoredGroup } from '../group-repository.ts'
import { isBeingPaid, isGivenBack, type Share, sharesOf } from './shares.ts'

/** What the members see of a group's payment. */
export const groupMoney: GroupMoney = {
  async look(db, group) {
    if (!isBeingPaid(group.status) && group.status !== 'sold') return undefined
    const shares = await sharesOf(db, group)
    const seats = await seatsOf(db, shares)
    const owners = await ownersOf(db, group.id)
    const orders = new Map<string, MemberOrder>()
    for (const share of shares) {
      const owner = owners.get(share.memberId)
      const { id: orderId, due: amount } = share.order
      if (owner !== undefined)
        orders.set(owner, { orderId, seats: seats.get(orderId) ?? [], share: stateOf(share), amount })
    }
    return {
      seats: [...seats.values()].flat().toSorted((a, b) => a - b),
      expiresInMs: isBeingPaid(group.status) ? await remainingMs(db, group) : 0,
      amount: shares.reduce((sum, { order }) => sum + order.due, 0),
      missing: shares.reduce((sum, share) => sum + missingOf(share, group), 0),
      currency: shares[0]?.order.currency ?? 'XXX',
      hostMayCoverInMs: await coverOpensInMs(db, group),
      orders,
    }
  },
}

/** How long the host may pay what is missing under `host_covers`, s; at most half of the payment time. Source: the issue. */
const COVER_SECONDS = 120

/** ms until the host may pay what is missing, by the database's clock (G14, G15); null: not as things are. */
export async function coverOpensInMs(db: Db, group: StoredGroup): Promise<number | null> {
  if (group.status === 'short') return 0
  if (group.status !== 'paying' || group.rule !== 'host_covers' || group.payUntil === null) return null
  const { opens } = await db
    .selectFrom('performances')
    .select(
      sql<number>`greatest(0, ceil(extract(epoch from
        ${group.payUntil}::timestamptz - make_interval(secs => least(${COVER_SECONDS}, payment_seconds / 2.0)) - now()) * 1000))::bigint`.as(
        'opens',
      ),
    )
    .where('id', '=', group.performanceId)
    .executeTakeFirstOrThrow()
  return opens
}

/** Until the group's payment ends, by the database's clock, ms; 0 while money is being taken, which no deadline ends. */
async function remainingMs(db: Db, group: StoredGroup): Promise<number> {
  const until = group.status === 'short' ? group.shortUntil : group.status === 'paying' ? group.payUntil : null
  if (until === null) return 0
  const { rows } = await sql<{ ms: number }>`
    select greatest(0, ceil(extract(epoch from ${until}::timestamptz - now()) * 1000))::bigint as ms`.execute(db)
  return rows[0]?.ms ?? 0
}

function stateOf({ order, payments, standing }: Share): ShareState {
  if (order.status === 'paid') return 'paid'
  if (isGivenBack(order.status)) return 'none'
  if (standing.isSecured) return 'reserved'
  return payments.some(({ status }) => status === 'created' || status === 'pending') ? 'paying' : 'open'
}

const missingOf = ({ order, standing }: Share, { status }: StoredGroup): number =>
  isBeingPaid(status) && !standing.isSecured ? order.due - standing.taken : 0

/** By order, ascending. */
async function seatsOf(db: Db, shares: readonly Share[]): Promise<Map<string, number[]>> {
  const rows =
    shares.length === 0
      ? []
      : await db
          .selectFrom('order_seats')
          .select(['order_id', 'seat'])
          .where(
            'order_id',
            'in',
            shares.map(({ order }) => order.id),
          )
          .where('released_at', 'is', null)
          .orderBy('seat')
          .execute()
  const seats = new Map<string, number[]>()
  for (const { order_id, seat } of rows) seats.set(order_id, [...(seats.get(order_id) ?? []), seat])
  return seats
}

/** User by member, whoever is or was in. */
async function ownersOf(db: Db, groupId: string): Promise<Map<string, string>> {
  const rows = await db.selectFrom('group_members').select(['id', 'user_id']).where('group_id', '=', groupId).execute()
  return new Map(rows.map(({ id, user_id }) => [id, user_id]))
}
