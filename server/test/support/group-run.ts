import { sql } from 'kysely'
import { auditGroupOrders } from '../../src/audit/audit-group-orders.ts'
import { findGroup } from '../../src/groups/group-repository.ts'
import { breaks, ONE_LIVE_ORDER_PER_SEAT } from '../../src/orders/order-transitions.ts'
import { resolveLocks } from '../../src/orders/orphan-locks.ts'
import type { OrderableMap } from '../../src/orders/place-order.ts'
import { RefusalError } from '../../src/http/refusal.ts'
import { mapKeys } from '../../src/redis/keys.ts'
import { Crash } from './crash.ts'
import { eventually } from './eventually.ts'
import { GroupActs } from './group-acts.ts'
import { BLOCK, type GroupMoment, type GroupMove, type GroupSequence } from './group-sequence.ts'
import type { OrderWorld } from './order-world.ts'

/** How often each end was reached: a test of nothing would show here. */
export type GroupEnds = Record<string, number>

/** One sequence of moments on a group of a performance of its own; after it all is recovered, and what must hold is checked. */
export class GroupRun {
  readonly #world: OrderWorld
  readonly #acts: GroupActs
  readonly #map: OrderableMap
  readonly #seen: GroupEnds = {}

  constructor(world: OrderWorld, map: OrderableMap) {
    this.#world = world
    this.#map = map
    this.#acts = new GroupActs(world, map)
  }

  /** Resolves with the ends that it came to; throws when something does not hold. */
  async run({ rule, moments }: GroupSequence): Promise<GroupEnds> {
    try {
      await this.#acts.form(rule)
      for (const moment of moments) await this.#happen(moment)
      await this.#recover()
      const wrong = await this.#violations()
      if (wrong.length > 0) throw new Error(wrong.join('\n'))
      return await this.#ends()
    } finally {
      await this.#leave()
    }
  }

  /** That a group is never half sold in between, PostgreSQL checks at each commit (a_group_is_sold_whole). */
  async #happen(moment: GroupMoment): Promise<void> {
    await Promise.all(moment.map((move) => this.#take(move)))
    const group = await findGroup(this.#world.db, this.#acts.groupId)
    this.#seen[`was ${group?.status}`] = 1
  }

  /** Refusals, lost races and crashes are part of it; anything else is a fault. */
  async #take(move: GroupMove): Promise<void> {
    try {
      await this.#acts.perform(move)
    } catch (fault) {
      const isPart = fault instanceof RefusalError || fault instanceof Crash || breaks(fault, ONE_LIVE_ORDER_PER_SEAT)
      if (!isPart) throw new Error(JSON.stringify(move), { cause: fault })
    }
  }

  /** What goes on after a restart, until the last deadline is past: then nothing waits any more. */
  async #recover(): Promise<void> {
    const { db, orders } = this.#world
    const { money } = this.#acts
    money.provider.faults.length = 0
    await resolveLocks({ db, orders }, this.#map.target, 0)
    await eventually(
      'nothing is left to do',
      10_000,
      async () => {
        await this.#acts.wait('grace')
        await this.#acts.endOverdue(null)
        await money.work()
        await this.#acts.deliver()
        return await this.#unfinished()
      },
      (left) => left.length === 0,
    )
    const locks = await orders.overdueLocks(this.#map.target, -60_000)
    if (locks.length > 0) throw new Error(`locks are left: ${JSON.stringify(locks)}`)
  }

  async #unfinished(): Promise<string[]> {
    const { id } = this.#map.performance
    const { rows } = await sql<{ what: string }>`
      select 'group stays ' || status as what from groups where performance_id = ${id} and status not in ('open', 'sold')
      union all
      select 'order ' || id || ' stays ' || status from orders
      where performance_id = ${id} and status in ('pending', 'authorized', 'refund_due')
      union all
      select 'payment ' || payments.id || ' stays ' || payments.status from payments join orders on orders.id = order_id
      where performance_id = ${id} and payments.status in ('created', 'pending', 'authorized', 'refund_due')
      union all
      select 'refund ' || refunds.id || ' stays due' from refunds join orders on orders.id = order_id
      where performance_id = ${id} and refunds.status = 'due'
      union all
      select 'outbox entry of order ' || order_id from outbox where performance_id = ${id}`.execute(this.#world.db)
    return rows.map(({ what }) => what)
  }

  async #violations(): Promise<string[]> {
    const { money, broken } = this.#acts
    return [
      ...(await auditGroupOrders(this.#world.db, this.#map.performance.id)).found,
      ...(await this.#world.violations(this.#map)),
      ...(await this.#seatsOfOthers()),
      ...(await money.violations()),
      ...this.#reserved(),
      ...money.faults,
      ...broken,
    ]
  }

  /** Seats of one order for all that do not count against the member whose they were, nobody's against the host (G10). */
  async #seatsOfOthers(): Promise<string[]> {
    const { rows } = await sql<{ seat: number }>`
      select order_seats.seat
      from groups
        join orders on orders.group_id = groups.id
        join order_seats on order_seats.order_id = orders.id
        left join group_seats on group_seats.group_id = groups.id and group_seats.seat = order_seats.seat
        left join group_members on group_members.id = group_seats.member_id and group_members.gone_at is null
      where groups.performance_id = ${this.#map.performance.id} and groups.rule = 'one_pays' and orders.status = 'paid'
        and order_seats.seat < ${BLOCK}
        and coalesce(counts_for, orders.user_id) <> coalesce(group_members.user_id, groups.host_id)`.execute(
      this.#world.db,
    )
    return rows.map(({ seat }) => `seat ${seat} counts against another one than sat there`)
  }

  /** Money that a provider keeps from people for nothing. */
  #reserved(): string[] {
    return [...this.#acts.money.provider.payments.values()]
      .filter(({ status }) => status === 'authorized' || status === 'processing')
      .map(({ paymentId, status }) => `the provider has payment ${paymentId} as ${status}`)
  }

  async #ends(): Promise<GroupEnds> {
    const { rows } = await sql<{ what: string; times: number }>`
      select rule || ' ' || status as what, count(*)::int as times from groups
      where performance_id = ${this.#map.performance.id} group by 1
      union all
      select 'order: ' || status, count(*)::int from orders where performance_id = ${this.#map.performance.id} group by 1
      union all
      select 'refund: ' || reason, count(*)::int from refunds join orders on orders.id = order_id
      where performance_id = ${this.#map.performance.id} group by 1
      union all
      select 'counts against a friend', count(*)::int from order_seats
      where performance_id = ${this.#map.performance.id} and counts_for is not null and order_status = 'paid' group by 1
      union all
      select 'paid by another', count(*)::int from payments join orders on orders.id = order_id
      where performance_id = ${this.#map.performance.id} and payments.user_id <> orders.user_id
        and payments.status = 'captured' and orders.status = 'paid'`.execute(this.#world.db)
    return { ...Object.fromEntries(rows.map(({ what, times }) => [what, times])), ...this.#seen }
  }

  /** The lane's database goes on to the next sequence: what waits for ever must not meet its provider. */
  async #leave(): Promise<void> {
    const { db, redis } = this.#world
    for (const table of ['payments', 'refunds'] as const)
      await sql`update ${sql.table(table)} set next_attempt_at = null where next_attempt_at is not null`.execute(db)
    await sql`delete from outbox`.execute(db)
    await redis.del(...Object.values(mapKeys(this.#map.target)))
  }
}
