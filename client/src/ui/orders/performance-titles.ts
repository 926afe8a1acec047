import { signal } from '@preact/signals'
import type { PerformanceDetail } from '@seatcast/shared/protocol/http.ts'
import { LoadError, readPerformance } from '../../connection/api.ts'

/** Performances of the orders on this page: what was read once stays. */
const known = signal<ReadonlyMap<string, PerformanceDetail>>(new Map())
const asked = new Set<string>()

/** null until it is read. Reads a signal: a component that calls it follows. */
export function performanceOf(id: string): PerformanceDetail | null {
  if (!asked.has(id)) {
    asked.add(id)
    void read(id)
  }
  return known.value.get(id) ?? null
}

async function read(id: string): Promise<void> {
  try {
    const performance = await readPerformance(id)
    known.value = new Map(known.peek()).set(id, performance)
  } catch (error) {
    if (!(error instanceof LoadError)) throw error
    // The order is shown without its title; the next look asks again.
    asked.delete(id)
  }
}
