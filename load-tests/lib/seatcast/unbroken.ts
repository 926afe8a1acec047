import { visitsBroken } from './metrics.ts'

/** k6 passes a run whose iterations throw: what breaks a visit is counted and told. False: it broke. */
export async function unbroken(who: string, visit: () => Promise<void>): Promise<boolean> {
  try {
    await visit()
    return true
  } catch (fault) {
    broken(who, textOf(fault))
    return false
  }
}

/** The same for what a socket tells: a listener that throws would end its iteration, and k6 would pass the run. */
export const guarded =
  <P>(listener: (parameter: P) => void) =>
  (parameter: P): void => {
    try {
      listener(parameter)
    } catch (fault) {
      broken('page', textOf(fault))
    }
  }

const textOf = (fault: unknown): string => (fault instanceof Error ? (fault.stack ?? fault.message) : String(fault))

export function broken(who: string, why: string): void {
  visitsBroken.add(1, { user: who })
  console.error(`BROKEN VISIT of a ${who}: ${why}`)
}
