import { type Static, Type } from 'typebox'
import { PROVIDER_STATUSES, type ProviderStatus } from '../payment-provider.ts'

/** What a buyer's payment is called by the sandbox, and how it stands. The wire between the sandbox and us. */
export const SandboxPayment = Type.Object({
  id: Type.String(),
  /** Ours. */
  paymentId: Type.String(),
  status: Type.Unsafe<ProviderStatus>(Type.Union(PROVIDER_STATUSES.map((status) => Type.Literal(status)))),
  /** Minor units. */
  amount: Type.Integer({ minimum: 0 }),
  currency: Type.String(),
  /** Minor units. */
  refunded: Type.Integer({ minimum: 0 }),
  failure: Type.Union([Type.String(), Type.Null()]),
})
export type SandboxPayment = Static<typeof SandboxPayment>

export const NewSandboxPayment = Type.Object({
  paymentId: Type.String({ minLength: 1, maxLength: 64 }),
  amount: Type.Integer({ minimum: 1 }),
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  card: Type.String({ maxLength: 32 }),
  /** Until the order ends, ms. */
  endsInMs: Type.Integer({ minimum: 0 }),
  /** Where it is told what happens; null: nowhere. */
  webhookUrl: Type.Union([Type.String({ maxLength: 500 }), Type.Null()]),
})
export type NewSandboxPayment = Static<typeof NewSandboxPayment>

export const SandboxRefund = Type.Object({
  refundId: Type.String({ minLength: 1, maxLength: 64 }),
  amount: Type.Integer({ minimum: 1 }),
})

export const SandboxEvent = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 100 }),
  /** `payment.<status>` */
  type: Type.String({ minLength: 1, maxLength: 64 }),
  /** As it was when this happened. */
  payment: SandboxPayment,
})
export type SandboxEvent = Static<typeof SandboxEvent>
