import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Config } from '../config.ts'
import type { GroupStep } from '../groups/payment/step.ts'
import { ORDER_STEPS, type StepName } from '../orders/step.ts'
import { PAYMENT_STEPS, type PaymentStep } from '../payments/payment-context.ts'

type CrashStep = StepName | PaymentStep | GroupStep

/** Every point between a hold and a paid ticket, or its refund, at which a process may be told to die; for groups: GROUP_STEPS. */
export const CRASH_STEPS: readonly (StepName | PaymentStep)[] = [...ORDER_STEPS, ...PAYMENT_STEPS]

/** The file that says who died at the line: a process id. */
export const deathMark = (crashFile: string, line: number): string => `${crashFile}.${line}`

/**
 * Development's SEATCAST_CRASH_FILE: the first process that comes to the step that the file's first line names kills
 * itself, as a power cut would: nothing is flushed, closed or undone. The next line then does the same. Undefined: the
 * setting is empty.
 */
export function crashStep({ crashFile }: Pick<Config, 'crashFile'>): ((name: CrashStep) => void) | undefined {
  if (crashFile === '') return undefined
  return (name) => {
    const steps = existsSync(crashFile) ? readFileSync(crashFile, 'utf8').split('\n') : []
    const line = steps.findIndex((_, place) => !existsSync(deathMark(crashFile, place)))
    if (steps[line] === name && isFirst(deathMark(crashFile, line))) process.kill(process.pid, 'SIGKILL')
  }
}

/** One process dies, however many come by. */
function isFirst(mark: string): boolean {
  try {
    writeFileSync(mark, String(process.pid), { flag: 'wx' })
    return true
  } catch (fault) {
    if (fault instanceof Error && 'code' in fault && fault.code === 'EEXIST') return false
    throw fault
  }
}
