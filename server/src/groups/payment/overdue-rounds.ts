import { PAYMENT_GRACE_MS } from '@seatcast/shared/domain/payment-state.ts'
import { sql } from 'kysely'
import type { Db } from '../../database/client.ts'
import { findGroup } from '../group-repository.ts'
import { endRound } from './joint-sale.ts'
import { noGroupStep, type TakeGroupStep } from './step.ts'

/** Groups that one look ends. Source: a guess: about 10 ms each. */
const BATCH = 100

/**
 * Ends the payment of groups whose deadline is past (G13), of those with a payment in flight 30 s later (O6); returns how
 * many. Any number of processes may run it at any time: each is ended once, those that somebody is changing are left to the
 * next look. One that cannot be ended does not keep the others waiting: `failed` is told.
 */
export async function endOverdueRounds(
  db: Db,
  failed: (groupId: string, fault: unknown) => void,
  step: TakeGroupStep = noGroupStep,
): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    select id from groups where ${IS_OVERDUE}
    order by coalesce(short_until, pay_until) limit ${BATCH}`.execute(db)
  let count = 0
  for (const { id } of rows) {
    try {
      if (await db.transaction().execute((trx) => endOverdueRound(trx, id, step))) count += 1
    } catch (fault) {
      failed(id, fault)
    }
  }
  return count
}

async function endOverdueRound(trx: Db, id: string, step: TakeGroupStep): Promise<boolean> {
  const { rows } = await sql`select from groups where id = ${id} for no key update skip locked`.execute(trx)
  // A statement of its own sees what happened until the lock was there.
  const overdue = rows.length > 0 && (await sql`select from groups where id = ${id} and ${IS_OVERDUE}`.execute(trx))
  const group = overdue !== false && overdue.rows.length > 0 ? await findGroup(trx, id) : undefined
  if (group === undefined) return false
  await endRound(trx, group, 'payment_expired', step)
  return true
}

/** While money is being taken, nothing ends it: that comes to an end by itself (G15). */
const IS_OVERDUE = sql`
  status in ('paying', 'short') and coalesce(short_until, pay_until) < now()
  and (
    coalesce(short_until, pay_until) < now() - make_interval(secs => ${PAYMENT_GRACE_MS / 1_000})
    or not exists (
      select from orders join payments on payments.order_id = orders.id
      where orders.group_id = groups.id and orders.payment_round = groups.payment_round
        and payments.status in ('created', 'pending')
    )
  )`
