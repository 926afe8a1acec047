import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { KeptPayment } from './sandbox-payments.ts'

export interface PaymentFile {
  readonly payments: readonly KeptPayment[]
  keep(payment: KeptPayment): void
}

/** One line a change; the last one of a payment counts. Written anew at every start, so that it does not grow for ever. */
export function paymentFile(path: string): PaymentFile {
  const payments = new Map<string, KeptPayment>()
  for (const line of existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []) {
    const payment = parsed(line)
    if (payment !== undefined) payments.set(payment.id, payment)
  }
  writeFileSync(`${path}.new`, [...payments.values()].map((payment) => `${JSON.stringify(payment)}\n`).join(''), {
    mode: 0o600,
  })
  renameSync(`${path}.new`, path)
  return {
    payments: [...payments.values()],
    keep: (payment) => appendFileSync(path, `${JSON.stringify(payment)}\n`),
  }
}

/** undefined: an empty line, or one that a crash cut off. */
function parsed(line: string): KeptPayment | undefined {
  try {
    return JSON.parse(line) as KeptPayment
  } catch (fault) {
    if (fault instanceof SyntaxError) return undefined
    throw fault
  }
}
