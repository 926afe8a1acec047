import type { PaymentContext } from './payment-context.ts'
import { applyReport, failedReport } from './apply-report.ts'
import type { Db } from '../database/client.ts'
import {
  type Charge,
  type PaymentProvider,
  PaymentRefusedError,
  ProviderUnavailableError,
  type Report,
} from './payment-provider.ts'

/** What was found out by asking; undefined: no answer, somebody asks again later. */
export type Asked = Report | undefined

/** Makes a payment known to its provider and asks for the money: reserved where it can be, else taken. */
export const beginPayment = (provider: PaymentProvider, charge: Charge): Promise<Asked> =>
  ask(charge.paymentId, async () => {
    const created = await provider.create(charge)
    if (created.status !== 'created') return created // asked before
    return provider.capabilities.authorization
      ? await provider.authorize(created.reference)
      : await provider.capture(created.reference, charge)
  })

/** A refusal fails the payment; silence says nothing about it. */
export async function ask(paymentId: string, call: () => Promise<Report | undefined>): Promise<Asked> {
  try {
    return await call()
  } catch (fault) {
    if (fault instanceof PaymentRefusedError) return failedReport(paymentId, fault.code)
    if (fault instanceof ProviderUnavailableError) return undefined
    throw fault
  }
}

/** Writes down what was found out, in a transaction of its own. True: something changed. */
export async function writeDown(db: Db, context: PaymentContext, asked: Asked): Promise<boolean> {
  if (asked === undefined) return false
  return await db.transaction().execute((trx) => applyReport(trx, context, asked))
}
