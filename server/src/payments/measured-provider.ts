import {
  type PaymentProvider,
  PaymentRefusedError,
  type Providers,
  ProviderUnavailableError,
  type Report,
} from './payment-provider.ts'

/** What a provider was asked and said: a payment's status, or one of the other ends that a call has. */
export interface ProviderCall {
  readonly provider: string
  readonly call: 'create' | 'authorize' | 'capture' | 'void' | 'refund' | 'retrieve'
  readonly outcome: Report['status'] | 'refunded' | 'unknown payment' | 'refused' | 'no answer' | 'fault'
}

/** Hears of each call when it has ended. */
export type MeasureCall = (call: ProviderCall, elapsedMs: number) => void

/** The same providers, whose calls are measured. */
export const measuredProviders = (providers: Providers, measure: MeasureCall): Providers => ({
  named: (name, trx) => measured(providers.named(name, trx), measure),
  forMethod: (method, trx) => measured(providers.forMethod(method, trx), measure),
})

function measured(provider: PaymentProvider | undefined, measure: MeasureCall): PaymentProvider | undefined {
  if (provider === undefined) return undefined
  const { name, capabilities } = provider
  const timed = async <Answer>(
    call: ProviderCall['call'],
    ask: () => Promise<Answer>,
    outcomeOf: (answer: Answer) => ProviderCall['outcome'],
  ): Promise<Answer> => {
    const startedMs = performance.now()
    const ended = (outcome: ProviderCall['outcome']) =>
      measure({ provider: name, call, outcome }, performance.now() - startedMs)
    try {
      const answer = await ask()
      ended(outcomeOf(answer))
      return answer
    } catch (fault) {
      ended(endOf(fault))
      throw fault
    }
  }
  return {
    name,
    capabilities,
    acceptsCard: (card) => provider.acceptsCard(card),
    ...(provider.covers !== undefined && { covers: provider.covers.bind(provider) }),
    create: (charge) => timed('create', () => provider.create(charge), statusOf),
    authorize: (reference) => timed('authorize', () => provider.authorize(reference), statusOf),
    capture: (reference, charge) => timed('capture', () => provider.capture(reference, charge), statusOf),
    void: (reference) => timed('void', () => provider.void(reference), statusOf),
    refund: (request) =>
      timed(
        'refund',
        () => provider.refund(request),
        () => 'refunded',
      ),
    retrieve: (paymentId) => timed('retrieve', () => provider.retrieve(paymentId), statusOf),
    verifyWebhook: (message, nowMs) => provider.verifyWebhook(message, nowMs),
  }
}

const statusOf = (report: Report | undefined): ProviderCall['outcome'] => report?.status ?? 'unknown payment'

function endOf(fault: unknown): 'refused' | 'no answer' | 'fault' {
  if (fault instanceof PaymentRefusedError) return 'refused'
  return fault instanceof ProviderUnavailableError ? 'no answer' : 'fault'
}
