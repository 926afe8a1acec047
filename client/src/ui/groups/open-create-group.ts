import { plainNotice } from '../performance/notice.ts'
import type { PerformanceSession } from '../performance/performance-session.ts'
import type { ViewState } from '../performance/view-state.ts'
import { loadCreate } from './load-groups.ts'

/** Opens the dialog that makes a group, as soon as its code is here. */
export async function openCreateGroup({ notice }: PerformanceSession, view: ViewState): Promise<void> {
  try {
    await loadCreate()
    view.makingGroup.value = true
  } catch {
    notice.value = plainNotice('OFFLINE')
  }
}
