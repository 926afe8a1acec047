import { randomUUID } from 'node:crypto'
import { ACTIVE_ORDER_STATUSES } from '@seatcast/shared/domain/order-state.ts'
import { sql } from 'kysely'
import { compareOrders } from '../../src/orders/compare-orders.ts'
import { deliverOutbox } from '../../src/orders/order-outbox.ts'
import { resolveLocks } from '../../src/orders/orphan-locks.ts'
import { endOverdueOrders } from '../../src/orders/overdue-orders.ts'
import { breaks, ONE_LIVE_ORDER_PER_SEAT } from '../../src/orders/order-transitions.ts'
import type { OrderableMap } from '../../src/orders/place-order.ts'
import { RefusalError } from '../../src/http/refusal.ts'
import { lateClaims } from '../../src/orders/late-claim.ts'
import { mapKeys } from '../../src/redis/keys.ts'
import { decodeEntry } from '../../src/redis/map-stream.ts'
import type { MapTarget } from '../../src/seats/map-commands.ts'
import { Crash } from './crash.ts'
import { eventually } from './eventually.ts'
import type { OrderWorld } from './order-world.ts'
import { PaymentWorld } from './payment-world.ts'
import { BUYER_POINTS, BUYERS, type SaleMoment, type SaleStep } from './sale-sequence.ts'
import { SaleActs } from './sale-acts.ts'

/** How often each end was reached: a test of nothing would show here. */
export type SaleEnds = Record<string, number>

/** One sequence of moments on a performance of its own; after it everything recovers, and what must hold is checked. */
export class SaleRun {
  readonly #world: OrderWorld
  readonly #money: PaymentWorld
  readonly #acts: SaleActs
  /** Deaths and refusals that say what a sequence came upon. */
  readonly #met: SaleEnds = {}
  #map: OrderableMap

  constructor(world: OrderWorld, map: OrderableMap) {
    this.#world = world
    this.#map = map
    this.#money = new PaymentWorld(world.db, map.performance.id, BUYER_POINTS, {
      secureSeats: lateClaims({ orders: world.orders }),
    })
    const buyers = Array.from({ length: BUYERS }, () => randomUUID())
    this.#acts = new SaleActs(world, this.#money, buyers, {
      now: () => this.#map,
      reload: () => this.#reload(),
    })
  }

  /** Resolves with the ends that its orders and their money came to; throws when something does not hold. */
  async run(moments: readonly SaleMoment[]): Promise<SaleEnds> {
    try {
      for (const [place, moment] of moments.entries()) {
        await Promise.all(moment.map((step) => this.#take(step)))
        const empty = moment.some((step) => step.do === 'change') ? await this.#ordersWithoutSeats() : []
        if (empty.length > 0) throw new Error(`after moment ${place}: no seats in ${empty.join()}`)
      }
      await this.#recover()
      if (moments.flat().some((step) => step.do === 'damage')) await this.#repair()
      const wrong = [...(await this.#violations()), ...(await this.#lostHolds(moments))]
      if (wrong.length > 0) throw new Error(wrong.join('\n'))
      return await this.#ends()
    } finally {
      await this.#leave()
    }
  }

  get #id(): string {
    return this.#map.performance.id
  }

  async #reload(): Promise<void> {
    this.#map = await this.#world.reload(this.#map)
  }

  /** Refusals, lost races and crashes are part of it; anything else is a fault. */
  async #take(step: SaleStep): Promise<void> {
    try {
      await this.#acts.perform(step)
    } catch (fault) {
      const isPart = fault instanceof RefusalError || fault instanceof Crash || breaks(fault, ONE_LIVE_ORDER_PER_SEAT)
      if (!isPart) throw new Error(JSON.stringify(step), { cause: fault })
      const met =
        fault instanceof Crash ? `died: ${fault.message}` : fault instanceof RefusalError ? fault.code : 'lost race'
      this.#met[met] = (this.#met[met] ?? 0) + 1
    }
  }

  /** What goes on after a restart: no step of it may fail, and nothing is then left to do but wait for the bank. */
  async #recover(): Promise<void> {
    const { db, orders, commands } = this.#world
    this.#money.provider.faults.length = 0
    await this.#reload()
    await commands.expireDue(this.#map.target)
    await resolveLocks({ db, orders }, this.#map.target, 0)
    let before = ''
    await eventually('nothing is left to do', 10_000, async () => {
      await endOverdueOrders(db)
      await this.#money.work()
      await deliverOutbox({ db, orders, mapMissing: () => this.#reload() })
      const now = await this.#progress()
      const isDone = now === before
      before = now
      return isDone
    })
    const locks = await orders.overdueLocks(this.#map.target, -60_000)
    if (locks.length > 0) throw new Error(`locks are left: ${JSON.stringify(locks)}`)
  }

  /** The comparison of every 30 s finds what is damaged, of orders that did not change just now, and mends all of it. */
  async #repair(): Promise<void> {
    const { db, orders, commands } = this.#world
    await sql`update orders set changed_at = changed_at - interval '1 minute' where performance_id = ${this.#id}`.execute(
      db,
    )
    await compareOrders({ db, orders, readMap: (of) => commands.readMap(of) }, this.#map.target)
  }

  /** Changes while there is something to do. */
  async #progress(): Promise<string> {
    const { rows } = await sql<{ progress: string }>`select concat_ws(';',
      (select string_agg(id || status, ',' order by id) from orders where performance_id = ${this.#id}),
      (select string_agg(payments.id || payments.status || returned_minor || '/' || refunded_minor, ',' order by payments.id)
        from payments join orders on orders.id = order_id where performance_id = ${this.#id}),
      (select count(*) from outbox where performance_id = ${this.#id})) as progress`.execute(this.#world.db)
    return rows[0]?.progress ?? ''
  }

  async #violations(): Promise<string[]> {
    const { db, orders, commands } = this.#world
    const compare = { db, orders, readMap: (of: MapTarget) => commands.readMap(of) }
    const drift = await compareOrders(compare, this.#map.target)
    const { rows: unfinished } = await sql<{ what: string }>`
      select 'order ' || id || ' stays ' || status as what from orders
      where performance_id = ${this.#id} and (status = 'refund_due'
        or status in ('pending', 'authorized') and greatest(deadline_at, paying_until) < now())
      union all
      select 'outbox entry of order ' || order_id from outbox where performance_id = ${this.#id}
      union all
      select 'order ' || orders.id || ' is of after the start' from orders join performances on performances.id = performance_id
      where performance_id = ${this.#id} and orders.status = 'paid'
        and (orders.created_at >= starts_at or claimed_from is not null and orders.changed_at >= starts_at)`.execute(db)
    return [
      ...(drift === 0 ? [] : [`drift ${drift}`]),
      ...unfinished.map(({ what }) => what),
      // No job ends holds here: how late they end is what the sequence made of it.
      ...(await this.#world.violations(this.#map)).filter((each) => !each.startsWith('hold_ends:')),
      ...(await this.#money.violations()),
      ...this.#money.faults,
    ]
  }

  /** Holds that ended otherwise than by their owner or their deadline (H3, O10): only a Redis that was lost may do that. */
  async #lostHolds(moments: readonly SaleMoment[]): Promise<string[]> {
    if (moments.flat().some((step) => step.do === 'lose redis' || step.do === 'restart redis')) return []
    const entries = await this.#world.redis.xrange(mapKeys(this.#map.target).log, '-', '+')
    return entries.flatMap(([id, fields]) =>
      decodeEntry(id, fields).operations.flatMap((one) =>
        one.k === 'hold' && one.r === 'lost' ? [`hold ${one.h} was lost in ${id}`] : [],
      ),
    )
  }

  /** Active orders that have no seats: there is never one (O8). */
  async #ordersWithoutSeats(): Promise<string[]> {
    const { rows } = await sql<{ id: string }>`
      select id from orders where performance_id = ${this.#id} and status = any (${[...ACTIVE_ORDER_STATUSES]}::text[])
        and not exists (select from order_seats where order_id = orders.id and released_at is null)`.execute(
      this.#world.db,
    )
    return rows.map(({ id }) => id)
  }

  async #ends(): Promise<SaleEnds> {
    const { rows } = await sql<{ what: string; times: number }>`
      select status as what, count(*)::int as times from orders where performance_id = ${this.#id} group by 1
      union all
      select 'claimed late: ' || claimed_from, count(*)::int from orders
      where performance_id = ${this.#id} and claimed_from is not null group by 1
      union all
      select 'started', count(*)::int from performances where id = ${this.#id} and starts_at <= now()
      union all
      select 'refund: ' || reason, count(*)::int from refunds join orders on orders.id = order_id
      where performance_id = ${this.#id} group by 1
      union all
      select 'payment failed', count(*)::int from payments join orders on orders.id = order_id
      where performance_id = ${this.#id} and payments.status = 'failed'
      union all
      select 'sale not open', count(*)::int from performances where id = ${this.#id} and status <> 'on_sale'
      union all
      select 'blocked seat', count(*)::int from blocked_seats where performance_id = ${this.#id}
      union all
      select 'moved seat', count(*)::int from order_seats
      where performance_id = ${this.#id} and released_by = 'change'
      union all
      select 'charged by card: difference', count(*)::int from payments join orders on orders.id = order_id
      where performance_id = ${this.#id} and held_until is not null and payments.status = 'captured'`.execute(
      this.#world.db,
    )
    const { repeats } = this.#acts.requests
    return {
      ...Object.fromEntries(rows.map(({ what, times }) => [what, times])),
      ...this.#met,
      'answered again': repeats,
    }
  }

  /** The lane's database goes on to the next sequence: what waits for ever must not meet its provider. */
  async #leave(): Promise<void> {
    const { db, redis } = this.#world
    for (const table of ['payments', 'refunds'] as const)
      await sql`update ${sql.table(table)} set next_attempt_at = null where next_attempt_at is not null`.execute(db)
    await sql`delete from outbox`.execute(db)
    await sql`update orders set status = 'cancelled' where status in ('pending', 'authorized')`.execute(db)
    await redis.del(...Object.values(mapKeys(this.#map.target)))
  }
}
