import { randomUUID } from 'node:crypto'
import {
  type Charge,
  type PaymentProvider,
  PaymentRefusedError,
  type ProviderEvent,
  type ProviderStatus,
  ProviderUnavailableError,
  type Report,
} from '../../src/payments/payment-provider.ts'
import { checkWebhook, SIGNATURE_HEADER, signWebhook } from '../../src/payments/webhook-signature.ts'

export const SCRIPTED = 'sandbox-card'
export const SCRIPTED_SECRET = 'scripted-provider-secret-0123456789'

/** A signed message, as it would come over HTTP. */
export interface Message {
  readonly headers: Record<string, string>
  readonly body: Buffer
}

/** What becomes of a payment is decided by the test; calls lose their way, before or after they had their effect. */
export class ScriptedProvider implements PaymentProvider {
  readonly name = SCRIPTED
  readonly capabilities = { authorization: true, webhooks: true, transactional: false }
  readonly payments = new Map<string, Report>()
  readonly refunds = new Map<string, number>()
  /** Every event ever, each to be delivered in any order, any number of times. */
  readonly events: ProviderEvent[] = []
  /** Payments whose money is reserved and then not to be had. */
  readonly declined = new Set<string>()
  /** What happens to the next calls. */
  readonly faults: ('lost before' | 'lost after')[] = []

  acceptsCard(): boolean {
    return true
  }

  create(charge: Charge): Promise<Report> {
    return this.call(() => {
      const known = this.payments.get(charge.paymentId)
      if (known !== undefined) return known
      const { paymentId, amount, currency } = charge
      return this.put({
        reference: `ref_${paymentId}`,
        paymentId,
        status: 'created',
        amount,
        currency,
        refunded: 0,
        failure: null,
        redirectUrl: null,
      })
    })
  }

  authorize(reference: string): Promise<Report> {
    return this.call(() => this.change(reference, 'processing', ['created']))
  }

  capture(reference: string): Promise<Report> {
    return this.call(() => {
      const { status, paymentId } = this.find(reference)
      if (this.declined.has(paymentId)) throw new PaymentRefusedError(SCRIPTED, 'capture_declined')
      if (status !== 'authorized' && status !== 'captured') throw new PaymentRefusedError(SCRIPTED, 'not_authorized')
      return this.change(reference, 'captured', ['authorized'])
    })
  }

  void(reference: string): Promise<Report> {
    return this.call(() => this.change(reference, 'voided', ['created', 'authorized', 'processing']))
  }

  refund(request: { reference: string; refundId: string; amount: number }): Promise<{ reference: string }> {
    return this.call(() => {
      const payment = this.find(request.reference)
      if (!this.refunds.has(request.refundId)) {
        if (payment.status !== 'captured' || payment.refunded + request.amount > payment.amount)
          throw new PaymentRefusedError(SCRIPTED, 'more_than_was_paid')
        this.refunds.set(request.refundId, request.amount)
        this.put({ ...payment, refunded: payment.refunded + request.amount })
      }
      return { reference: request.refundId }
    })
  }

  retrieve(paymentId: string): Promise<Report | undefined> {
    return this.call(() => this.payments.get(paymentId))
  }

  verifyWebhook({ headers, body }: Message, nowMs: number): ReturnType<PaymentProvider['verifyWebhook']> {
    const signature = headers[SIGNATURE_HEADER] ?? ''
    const verdict = checkWebhook(SCRIPTED_SECRET, { signature, body }, nowMs)
    if (verdict !== 'ok') return { ok: false, code: verdict }
    return { ok: true, event: { ...(JSON.parse(body.toString()) as Omit<ProviderEvent, 'signature'>), signature } }
  }

  /** The bank's word on a payment that is being processed. */
  decide(paymentId: string, outcome: 'authorized' | 'captured' | 'failed' | 'capture refused'): void {
    const payment = this.payments.get(paymentId)
    if (payment?.status !== 'processing') return
    const change = (status: ProviderStatus) => this.change(payment.reference, status, ['processing', 'authorized'])
    if (outcome === 'failed') {
      this.put({ ...payment, failure: 'card_declined' })
      change('failed')
    }
    if (outcome === 'captured') {
      change('authorized')
      change('captured')
    }
    if (outcome === 'capture refused') this.declined.add(paymentId)
    if (outcome === 'authorized' || outcome === 'capture refused') change('authorized')
  }

  message(event: ProviderEvent, nowMs: number, secret = SCRIPTED_SECRET): Message {
    const { id, kind, report } = event
    const body = Buffer.from(JSON.stringify({ id, kind, report }))
    return { headers: { [SIGNATURE_HEADER]: signWebhook(secret, body, nowMs) }, body }
  }

  private async call<T>(effect: () => T): Promise<T> {
    const fault = this.faults.shift()
    await Promise.resolve()
    if (fault === 'lost before') throw new ProviderUnavailableError('scripted: the question was lost')
    const answer = effect()
    if (fault === 'lost after') throw new ProviderUnavailableError('scripted: the answer was lost')
    return answer
  }

  private find(reference: string): Report {
    const payment = [...this.payments.values()].find((each) => each.reference === reference)
    if (payment === undefined) throw new PaymentRefusedError(SCRIPTED, 'unknown_payment')
    return payment
  }

  private change(reference: string, to: ProviderStatus, from: readonly ProviderStatus[]): Report {
    const payment = this.find(reference)
    if (!from.includes(payment.status)) return payment
    const changed = this.put({ ...payment, status: to })
    if (to !== 'processing')
      this.events.push({ id: `evt_${randomUUID()}`, kind: `payment.${to}`, report: changed, signature: '' })
    return changed
  }

  private put(payment: Report): Report {
    this.payments.set(payment.paymentId, payment)
    return payment
  }
}
