import type { PaymentStep } from '../../src/payments/payment-context.ts'
import type { StepName } from '../../src/orders/step.ts'

/** The process died at a step: what came before it is there, what comes after it is not, and nobody undoes anything. */
export class Crash extends Error {
  override readonly name = 'Crash'
}

/** A step that dies when it first comes to the named point; null: nowhere. */
export function dyingAt(crash: StepName | PaymentStep | null): (name: StepName | PaymentStep) => void {
  let armed = crash
  return (name) => {
    if (name !== armed) return
    armed = null
    throw new Crash(name)
  }
}
