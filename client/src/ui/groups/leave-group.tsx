import { useSignal } from '@preact/signals'
import type { GroupView } from '@seatcast/shared/protocol/group.ts'
import { groupWords } from '../../i18n/group-words.ts'
import { meIn } from '../../store/group-store.ts'
import type { PerformanceSession } from '../performance/performance-session.ts'
import { Asking } from './asking.tsx'

interface LeaveGroupProps {
  readonly session: PerformanceSession
  readonly group: GroupView
}

/** Leaving; the host's leaving ends the group. */
export function LeaveGroup({ session, group }: LeaveGroupProps) {
  const t = groupWords.value.leave
  const asking = useSignal(false)
  const ends = meIn(group)?.isHost === true
  if (asking.value) {
    return (
      <Asking
        text={ends ? t.sureEnd : t.sureLeave}
        onYes={() => session.group.ask('group:leave', { groupId: group.groupId })}
        onNo={() => (asking.value = false)}
      />
    )
  }
  return (
    <button type="button" class="button quiet leave-group" onClick={() => (asking.value = true)}>
      {ends ? t.end : t.leave}
    </button>
  )
}
