import type { Db } from '../database/client.ts'

/** What a provider can do. */
export interface Capabilities {
  /** True: money is reserved first and taken by `capture`. False: there is only the charge; `capture` makes it. */
  readonly authorization: boolean
  /** It tells what happened by signed messages to POST /api/webhooks/<name>. */
  readonly webhooks: boolean
  /** Its effects are part of our own transaction: they happen with it or not at all, and need no retry. */
  readonly transactional: boolean
}

/** What we ask a provider to take. Everything in it comes from the order, nothing from the buyer's request but the card. */
export interface Charge {
  /** Ours. The provider does anything asked with the same id once. */
  readonly paymentId: string
  readonly orderId: string
  /** Who pays. */
  readonly userId: string
  /** Minor units. */
  readonly amount: number
  readonly currency: string
  /** How long the order waits for it, ms. */
  readonly expiresInMs: number
  /** Development: how the sandbox's card is to behave. */
  readonly card: string | null
}

/** `created`: known, nothing asked of the buyer yet. `processing`: nobody knows yet how it ends. */
export const PROVIDER_STATUSES = ['created', 'processing', 'authorized', 'captured', 'failed', 'voided'] as const
export type ProviderStatus = (typeof PROVIDER_STATUSES)[number]

/** A payment as its provider has it. */
export interface Report {
  /** The provider's name for it. */
  readonly reference: string
  /** Ours. */
  readonly paymentId: string
  readonly status: ProviderStatus
  /** Minor units: what was asked for or, once captured, what was taken. */
  readonly amount: number
  readonly currency: string
  /** Minor units given back so far. */
  readonly refunded: number
  /** A stable code when it failed. */
  readonly failure: string | null
  /** Where the buyer is to go on. */
  readonly redirectUrl: string | null
}

export interface RefundRequest {
  readonly reference: string
  readonly paymentId: string
  readonly orderId: string
  /** Ours. The same id again gives nothing back a second time. */
  readonly refundId: string
  /** Minor units. */
  readonly amount: number
  readonly currency: string
}

/** A signed message of a provider's. */
export interface ProviderEvent {
  readonly id: string
  readonly kind: string
  /** As the payment was when the event happened, which may be long ago. */
  readonly report: Report
  /** Of this very message: a provider that sends an event again signs again. */
  readonly signature: string
}

export type WebhookVerdict =
  | { readonly ok: true; readonly event: ProviderEvent }
  | { readonly ok: false; readonly code: 'WEBHOOK_FORGED' | 'WEBHOOK_STALE' }

export interface WebhookMessage {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/**
 * Somebody who moves money. Every call may be repeated: the ids in it make it happen once. A call that fails without an
 * answer throws; whether it happened is then found out by `retrieve`.
 */
export interface PaymentProvider {
  /** As in the database and in the webhook's URL. */
  readonly name: string
  readonly capabilities: Capabilities
  /** Whether it can be paid with; null: no card was named. */
  acceptsCard(card: string | null): boolean
  /** Of a transactional one: whether the payer has so much now. Takes nothing. */
  covers?(charge: Pick<Charge, 'userId' | 'amount' | 'currency'>): Promise<boolean>
  /** Makes the payment known. */
  create(charge: Charge): Promise<Report>
  /** Reserves the money; the answer may come later, by webhook. */
  authorize(reference: string): Promise<Report>
  /** Takes the money: what was authorized or, without authorization, all of it now. */
  capture(reference: string, charge: Charge): Promise<Report>
  /** Gives up a payment whose money was not taken; a report with another status says that it could not. */
  void(reference: string): Promise<Report>
  refund(request: RefundRequest): Promise<{ readonly reference: string }>
  /** By our id, because its answer to `create` may have been lost. undefined: it knows of none. */
  retrieve(paymentId: string): Promise<Report | undefined>
  verifyWebhook(message: WebhookMessage, nowMs: number): WebhookVerdict
}

/** Providers by what the buyer chooses and by name; a transactional one works inside the given transaction. */
export interface Providers {
  /** undefined: this installation has none for the method. */
  forMethod(method: string, trx: Db): PaymentProvider | undefined
  named(name: string, trx: Db): PaymentProvider | undefined
}

/** The provider refused: asking the same again does not help. */
export class PaymentRefusedError extends Error {
  override readonly name = 'PaymentRefusedError'
  readonly code: string

  constructor(provider: string, code: string) {
    super(`${provider} refused: ${code}`)
    this.code = code
  }
}

/** No answer, or one that says nothing about the payment: whether it happened is unknown. */
export class ProviderUnavailableError extends Error {
  override readonly name = 'ProviderUnavailableError'
}

/** Something that the provider's capabilities rule out. */
export class NotOfferedError extends Error {
  override readonly name = 'NotOfferedError'

  constructor(provider: string, what: string) {
    super(`${provider} does not offer ${what}`)
  }
}
