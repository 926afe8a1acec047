import type { Layout } from '@seatcast/shared/domain/layout.ts'
import { writePretixPlan } from '@seatcast/shared/domain/pretix/write-pretix.ts'

/**
 * A layout as the text of a pretix plan; importing it gives an equal layout. For venues that came from a spec: one that came
 * from a plan is exported as the text that was kept, byte for byte (SPEC V1).
 */
export function exportPretix(layout: Layout): string {
  return JSON.stringify(writePretixPlan(layout))
}
