import { visitsBroken } from './metrics.ts'

/** k6 passes a run whose iterations throw: what breaks a visit is counted and told. False: it broke. */
export async function unbroken(who: string, visit: () => Promise<void>): Promise<boolean> {
  try {
    await visit()
    return true
  } catch (fault) {
    broken(who, fault instanceof Error ? (fault.stack ?? fault.message) : String(fault))
    return false
  }
}

export function broken(who: string, why: string): void {
  visitsBroken.add(1, { user: who })
  console.error(`BROKEN VISIT of a ${who}: ${why}`)
}
