import { sql } from 'kysely'
import type { Db } from '../database/client.ts'

/** Orders that one statement ends. Source: a guess: about 20 ms. */
const BATCH = 100

/**
 * Ends orders whose payment deadline is past, those with a payment in flight 30 s later (O6); returns how many. Any number
 * of processes may run it at any time: each row is ended once, rows that somebody is changing are left to the next look.
 * Orders of a group end together (G13), elsewhere.
 */
export async function endOverdueOrders(db: Db): Promise<number> {
  for (let count = 0; ;) {
    const { rows } = await sql<{ id: string }>`
      with overdue as (
        select id from orders
        where status in ('pending', 'authorized') and greatest(deadline_at, paying_until) < now() and group_id is null
        order by greatest(deadline_at, paying_until)
        limit ${BATCH}
        for no key update skip locked
      ), ended as (
        update orders set status = 'expired' where id in (select id from overdue) returning id, performance_id
      )
      insert into outbox (id, order_id, performance_id)
      select gen_random_uuid(), id, performance_id from ended
      returning id`.execute(db)
    count += rows.length
    if (rows.length < BATCH) return count
  }
}
