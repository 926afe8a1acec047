import { randomUUID } from 'node:crypto'
import {
  type CardBehaviour,
  isSandboxCard,
  SANDBOX_CARDS,
  type SandboxCard,
  type SandboxDelays,
} from './sandbox-cards.ts'
import type { NewSandboxPayment, SandboxEvent, SandboxPayment } from './sandbox-wire.ts'

/** A payment with what the sandbox keeps to itself. */
export interface KeptPayment extends SandboxPayment {
  readonly card: SandboxCard
  readonly endsInMs: number
  readonly webhookUrl: string | null
  /** When its outcome is due, Unix ms; null: it is not being processed. */
  readonly dueMs: number | null
  /** Minor units by refund id. */
  readonly refunds: Readonly<Record<string, number>>
}

/** The service says no; asking again does not help. */
export class SandboxRefusal extends Error {
  override readonly name = 'SandboxRefusal'
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, options?: ErrorOptions) {
    super(code, options)
    this.status = status
    this.code = code
  }
}

export interface SandboxOptions {
  readonly delays: SandboxDelays
  /** Tells somebody what happened, until they have heard it. */
  readonly tell: (url: string, event: SandboxEvent) => void
  readonly keep?: (payment: KeptPayment) => void
  /** Payments of a life before this one. */
  readonly kept?: readonly KeptPayment[]
}

/**
 * A little payment service for development and tests: cards that do what their name says. Everything asked of it may be
 * asked again with the same ids.
 */
export class SandboxPayments {
  private readonly payments = new Map<string, KeptPayment>()
  private readonly byPaymentId = new Map<string, string>()
  private readonly timers = new Set<NodeJS.Timeout>()
  private readonly options: SandboxOptions

  constructor(options: SandboxOptions) {
    this.options = options
    for (const payment of options.kept ?? []) this.remember(payment)
    for (const payment of this.payments.values())
      if (payment.dueMs !== null) this.later(payment.dueMs - Date.now(), () => this.decide(payment.id))
  }

  create(wanted: NewSandboxPayment): SandboxPayment {
    const known = this.retrieve(wanted.paymentId)
    if (known !== undefined) {
      if (known.amount !== wanted.amount || known.currency !== wanted.currency)
        throw new SandboxRefusal(409, 'different_payment')
      return known
    }
    if (!isSandboxCard(wanted.card)) throw new SandboxRefusal(422, 'unknown_card')
    return this.store({
      id: `sp_${randomUUID()}`,
      paymentId: wanted.paymentId,
      status: 'created',
      amount: wanted.amount,
      currency: wanted.currency,
      refunded: 0,
      failure: null,
      card: wanted.card,
      endsInMs: wanted.endsInMs,
      webhookUrl: wanted.webhookUrl,
      dueMs: null,
      refunds: {},
    })
  }

  authorize(id: string): SandboxPayment {
    const payment = this.find(id)
    if (payment.status !== 'created') return wire(payment)
    const behaviour: CardBehaviour = SANDBOX_CARDS[payment.card]
    const afterMs = behaviour.afterMs(this.options.delays, payment.endsInMs)
    const decides = behaviour.outcome !== 'none'
    if (decides) this.later(afterMs, () => this.decide(id))
    return this.store({ ...payment, status: 'processing', dueMs: decides ? Date.now() + afterMs : null })
  }

  /** Takes what was authorized. */
  capture(id: string): SandboxPayment {
    const payment = this.find(id)
    if (payment.status === 'captured') return wire(payment)
    if (payment.status !== 'authorized') throw new SandboxRefusal(409, 'not_authorized')
    const { captureFails }: CardBehaviour = SANDBOX_CARDS[payment.card]
    if (captureFails === true) throw new SandboxRefusal(402, 'card_declined')
    return this.happen({ ...payment, status: 'captured' })
  }

  /** A payment that can no longer be given up, or not yet, is answered as it is. */
  void(id: string): SandboxPayment {
    const payment = this.find(id)
    const waits = payment.status === 'processing' && SANDBOX_CARDS[payment.card].voidable
    if (payment.status !== 'created' && payment.status !== 'authorized' && !waits) return wire(payment)
    return this.happen({ ...payment, status: 'voided', dueMs: null })
  }

  refund(id: string, refundId: string, amount: number): SandboxPayment {
    const payment = this.find(id)
    const before = payment.refunds[refundId]
    if (before !== undefined) {
      if (before !== amount) throw new SandboxRefusal(409, 'different_refund')
      return wire(payment)
    }
    if (payment.status !== 'captured') throw new SandboxRefusal(409, 'not_captured')
    if (payment.refunded + amount > payment.amount) throw new SandboxRefusal(409, 'more_than_was_paid')
    const refunds = { ...payment.refunds, [refundId]: amount }
    return this.store({ ...payment, refunded: payment.refunded + amount, refunds })
  }

  retrieve(paymentId: string): SandboxPayment | undefined {
    const payment = this.payments.get(this.byPaymentId.get(paymentId) ?? '')
    return payment === undefined ? undefined : wire(payment)
  }

  all(): KeptPayment[] {
    return [...this.payments.values()]
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer)
  }

  /** The moment in which a card does what it does. */
  private decide(id: string): void {
    const payment = this.find(id)
    if (payment.status !== 'processing') return
    const { outcome } = SANDBOX_CARDS[payment.card]
    if (outcome === 'failed') this.happen({ ...payment, status: 'failed', failure: 'card_declined', dueMs: null })
    else if (outcome === 'authorized') this.happen({ ...payment, status: 'authorized', dueMs: null })
    else if (outcome === 'captured') this.captureByItself(payment)
  }

  private captureByItself(payment: KeptPayment): void {
    const { messages }: CardBehaviour = SANDBOX_CARDS[payment.card]
    const authorized = { ...payment, status: 'authorized', dueMs: null } as const
    const captured = { ...authorized, status: 'captured' } as const
    this.store(captured)
    this.announce(captured)
    if (messages === 'reversed') this.later(this.options.delays.gapMs, () => this.announce(authorized))
  }

  private happen(payment: KeptPayment): SandboxPayment {
    const stored = this.store(payment)
    this.announce(payment)
    return stored
  }

  private announce(payment: KeptPayment): void {
    const { webhookUrl: url } = payment
    const { messages }: CardBehaviour = SANDBOX_CARDS[payment.card]
    if (url === null || messages === 'none') return
    const event = { id: `evt_${randomUUID()}`, type: `payment.${payment.status}`, payment: wire(payment) }
    this.options.tell(url, event)
    if (messages === 'twice') this.later(this.options.delays.gapMs, () => this.options.tell(url, event))
  }

  private find(id: string): KeptPayment {
    const payment = this.payments.get(id)
    if (payment === undefined) throw new SandboxRefusal(404, 'unknown_payment')
    return payment
  }

  private store(payment: KeptPayment): SandboxPayment {
    this.remember(payment)
    this.options.keep?.(payment)
    return wire(payment)
  }

  private remember(payment: KeptPayment): void {
    this.payments.set(payment.id, payment)
    this.byPaymentId.set(payment.paymentId, payment.id)
  }

  private later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer)
      run()
    }, ms)
    this.timers.add(timer)
  }
}

const wire = ({ id, paymentId, status, amount, currency, refunded, failure }: KeptPayment): SandboxPayment => ({
  id,
  paymentId,
  status,
  amount,
  currency,
  refunded,
  failure,
})
