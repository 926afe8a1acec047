import { Value } from 'typebox/value'
import {
  type Charge,
  type PaymentProvider,
  PaymentRefusedError,
  ProviderUnavailableError,
  type Report,
  type WebhookMessage,
  type WebhookVerdict,
} from './payment-provider.ts'
import { isSandboxCard } from './sandbox/sandbox-cards.ts'
import { SandboxEvent, SandboxPayment } from './sandbox/sandbox-wire.ts'
import { checkWebhook, serviceKey, SIGNATURE_HEADER } from './webhook-signature.ts'

export const SANDBOX_CARD = 'sandbox-card'

/** The sandbox must answer within this, ms. Source: a guess: it is on the same machine. */
const ANSWER_MS_MAX = 4_000

export interface SandboxCardOptions {
  /** The sandbox's origin. */
  readonly url: string
  readonly secret: string
  /** Where it tells us what happens; null: we have to ask. */
  readonly webhookUrl: () => string | null
}

/** Cards of the sandbox's payment service: authorized first, captured then, told by webhook. */
export function sandboxCardProvider({ url, secret, webhookUrl }: SandboxCardOptions): PaymentProvider {
  const call = async (path: string, body?: object, method: 'GET' | 'POST' = 'POST'): Promise<SandboxPayment> => {
    const answer = await request(`${url}/v1/payments${path}`, secret, method, body)
    if (!Value.Check(SandboxPayment, answer)) throw new ProviderUnavailableError('the sandbox answered something else')
    return answer
  }
  return {
    name: SANDBOX_CARD,
    capabilities: { authorization: true, webhooks: true, transactional: false },
    acceptsCard: (card) => card !== null && isSandboxCard(card),
    async create({ paymentId, amount, currency, card, expiresInMs }: Charge) {
      const wanted = { paymentId, amount, currency, card, endsInMs: Math.ceil(expiresInMs), webhookUrl: webhookUrl() }
      return reportOf(await call('', wanted))
    },
    authorize: async (reference) => reportOf(await call(`/${reference}/authorize`)),
    capture: async (reference) => reportOf(await call(`/${reference}/capture`)),
    void: async (reference) => reportOf(await call(`/${reference}/void`)),
    async refund({ reference, refundId, amount }) {
      await call(`/${reference}/refunds`, { refundId, amount })
      return { reference: refundId }
    },
    async retrieve(paymentId) {
      try {
        return reportOf(await call(`?paymentId=${encodeURIComponent(paymentId)}`, undefined, 'GET'))
      } catch (fault) {
        if (fault instanceof PaymentRefusedError && fault.code === 'unknown_payment') return undefined
        throw fault
      }
    },
    verifyWebhook: (message, nowMs) => verdictOn(secret, message, nowMs),
  }
}

async function request(url: string, secret: string, method: string, body?: object): Promise<unknown> {
  const init: RequestInit = {
    method,
    headers: { authorization: `Bearer ${serviceKey(secret)}`, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }
  let response: Response
  let answer: unknown
  try {
    response = await fetch(url, init)
    answer = await response.json()
  } catch (fault) {
    throw new ProviderUnavailableError('the sandbox does not answer', { cause: fault })
  }
  if (response.ok) return answer
  const code = (answer as { code?: unknown }).code
  if (response.status >= 500 || response.status === 401 || typeof code !== 'string')
    throw new ProviderUnavailableError(`the sandbox answered ${response.status}`)
  throw new PaymentRefusedError(SANDBOX_CARD, code)
}

function verdictOn(secret: string, { headers, body }: WebhookMessage, nowMs: number): WebhookVerdict {
  const header = headers[SIGNATURE_HEADER]
  const signature = typeof header === 'string' ? header : ''
  const verdict = checkWebhook(secret, { signature, body }, nowMs)
  if (verdict !== 'ok') return { ok: false, code: verdict }
  const event = Value.Parse(SandboxEvent, JSON.parse(body.toString())) // signed by the sandbox: anything else is a fault
  return { ok: true, event: { id: event.id, kind: event.type, report: reportOf(event.payment), signature } }
}

const reportOf = (payment: SandboxPayment): Report => ({
  reference: payment.id,
  paymentId: payment.paymentId,
  status: payment.status,
  amount: payment.amount,
  currency: payment.currency,
  refunded: payment.refunded,
  failure: payment.failure,
  redirectUrl: null,
})
