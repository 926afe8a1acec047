import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import { applyReport } from './apply-report.ts'
import type { PaymentContext } from './payment-context.ts'
import type { ProviderEvent } from './payment-provider.ts'
import { findPayment } from './payment-repository.ts'

/** `duplicate`: told again, signed again: nothing to do. `replayed`: the very same message again, which no provider sends. */
export type Received = 'changed' | 'known' | 'duplicate' | 'replayed'

/** Stores an event once and does what follows from it, in one transaction (P7): it happened wholly or is told again. */
export function receiveWebhook(
  db: Db,
  context: PaymentContext,
  provider: string,
  event: ProviderEvent,
): Promise<Received> {
  return db.transaction().execute(async (trx) => {
    const payment = await findPayment(trx, event.report.paymentId)
    const isOurs = payment?.provider === provider
    const stored = await trx
      .insertInto('webhook_events')
      .values({
        provider,
        event_id: event.id,
        kind: event.kind,
        signature: event.signature,
        payment_id: isOurs ? payment.id : null,
      })
      .onConflict((conflict) => conflict.constraint('an_event_is_stored_once').doNothing())
      .executeTakeFirst()
    if (stored.numInsertedOrUpdatedRows !== 1n) return await judgeRepeated(trx, provider, event)
    await context.step?.('event stored')
    return isOurs && (await applyReport(trx, context, event.report)) ? 'changed' : 'known'
  })
}

async function judgeRepeated(trx: Db, provider: string, event: ProviderEvent): Promise<'duplicate' | 'replayed'> {
  const earlier = await trx
    .selectFrom('webhook_events')
    .select('signature')
    .where('provider', '=', provider)
    .where('event_id', '=', event.id)
    .executeTakeFirst()
  return earlier?.signature === event.signature ? 'replayed' : 'duplicate'
}

/** Events this old are forgotten, days: their messages are long refused as stale. Source: a guess: time to look into one. */
const KEPT_DAYS = 30

/** Forgets old events; returns how many. For the scheduler. */
export async function forgetOldEvents(db: Db): Promise<number> {
  const result = await db
    .deleteFrom('webhook_events')
    .where('received_at', '<', sql<Date>`now() - make_interval(days => ${KEPT_DAYS})`)
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}
