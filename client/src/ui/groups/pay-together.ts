import { batch } from '@preact/signals'
import { RequestRefused } from '../../connection/authorized.ts'
import { beginToPay } from '../../connection/groups-api.ts'
import type { Checkout } from '../checkout/checkout.ts'
import type { PerformanceSession } from '../performance/performance-session.ts'
import type { ViewState } from '../performance/view-state.ts'

/** Begins to pay and opens my share; null, or why it did not begin. */
export async function startPaying(
  session: PerformanceSession,
  view: ViewState,
  checkout: Checkout,
): Promise<RequestRefused | null> {
  const group = session.group.view.value
  if (group === null) return null
  try {
    const answer = await beginToPay(group)
    batch(() => {
      session.group.take(answer.group)
      if (answer.order === undefined) return
      session.takeOrder(answer.order)
      checkout.look(answer.order.id)
      view.sheetOpen.value = true
    })
    return null
  } catch (error) {
    if (!(error instanceof RequestRefused)) throw error
    session.group.readAgain()
    return error
  }
}
