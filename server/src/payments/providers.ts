import type { Config } from '../config.ts'
import type { PaymentProvider, Providers } from './payment-provider.ts'
import { SANDBOX_CARD, sandboxCardProvider } from './sandbox-card-provider.ts'
import { WALLET, walletProvider } from './wallet-provider.ts'

export type PaymentSettings = Pick<
  Config,
  'walletDemoBalance' | 'sandboxPaymentsUrl' | 'sandboxPaymentsSecret' | 'webhookOrigin'
>

/**
 * The providers of this installation: the wallet always, the sandbox's cards where it runs. Another one is one more line
 * here and in METHODS. `ownOrigin`: where a provider on this machine reaches us, once we listen.
 */
export function paymentProviders(settings: PaymentSettings, ownOrigin: () => string | null = () => null): Providers {
  const { walletDemoBalance, sandboxPaymentsUrl: url, sandboxPaymentsSecret: secret, webhookOrigin } = settings
  const webhookUrl = (): string | null => {
    const origin = webhookOrigin === '' ? ownOrigin() : webhookOrigin
    return origin === null ? null : `${origin}/api/webhooks/${SANDBOX_CARD}`
  }
  const outside = new Map<string, PaymentProvider>(
    url === '' ? [] : [[SANDBOX_CARD, sandboxCardProvider({ url, secret, webhookUrl })]],
  )
  const named: Providers['named'] = (name, trx) =>
    name === WALLET ? walletProvider(trx, { demoBalance: walletDemoBalance }) : outside.get(name)
  return {
    named,
    forMethod: (method, trx) => named(METHODS[method] ?? '', trx),
  }
}

/** Who carries out what the buyer chooses. */
const METHODS: Readonly<Record<string, string>> = { wallet: WALLET, card: SANDBOX_CARD }
