import type { Config } from '../config.ts'
import { StartError } from '../lifecycle/service.ts'
import { ORDER_STEPS, type StepName } from '../orders/step.ts'
import { PAYMENT_STEPS, type PaymentStep } from '../payments/payment-context.ts'

/** Every point between a hold and a paid ticket, or its refund, at which a process may be told to die. */
export const CRASH_STEPS: readonly (StepName | PaymentStep)[] = [...ORDER_STEPS, ...PAYMENT_STEPS]

/**
 * Development's SEATCAST_CRASH_AT: this process kills itself when it first comes to that step, as a power cut would: nothing
 * is flushed, closed or undone. Undefined: it is not set.
 */
export function crashStep(config: Pick<Config, 'crashAt'>): ((name: StepName | PaymentStep) => void) | undefined {
  const { crashAt } = config
  if (crashAt === '') return undefined
  if (!CRASH_STEPS.some((name) => name === crashAt))
    throw new StartError(`SEATCAST_CRASH_AT must be one of: ${CRASH_STEPS.join(', ')}`)
  return (name) => {
    if (name === crashAt) process.kill(process.pid, 'SIGKILL')
  }
}
