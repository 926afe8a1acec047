import { useComputed } from '@preact/signals'
import type { GroupView } from '@seatcast/shared/protocol/group.ts'
import { countdown } from '../../i18n/format.ts'
import { groupWords } from '../../i18n/group-words.ts'
import { nowMs } from '../clock.ts'
import { Icon } from '../frame/icon.tsx'
import { warnSeconds } from '../performance/hold-countdown.tsx'
import type { PerformanceSession } from '../performance/performance-session.ts'

interface GroupClockProps {
  readonly session: PerformanceSession
  readonly group: GroupView
}

/** The one countdown of the block, and more time, once. */
export function GroupClock({ session, group }: GroupClockProps) {
  const t = groupWords.value.block
  const leftMs = useComputed(() => Math.max(0, (session.group.state.value.holdEndsMs ?? 0) - nowMs.value))
  const text = useComputed(() => countdown(leftMs.value))
  const { groupHoldSeconds } = session.performance
  const moreSeconds = Math.floor(groupHoldSeconds / 2)
  const mayExtend = group.hold?.mayExtend === true
  const wholeSeconds = groupHoldSeconds + (mayExtend ? 0 : moreSeconds)
  const urgent = useComputed(() => leftMs.value <= warnSeconds(groupHoldSeconds) * 1000)
  const ratio = Math.min(1, Math.ceil(leftMs.value / 1000) / wholeSeconds)
  return (
    <>
      <div class={urgent.value ? 'hold-clock urgent' : 'hold-clock'} role="timer">
        <span>
          <Icon name="clock" size={18} />
          {leftMs.value === 0 ? t.ending : t.heldFor}
        </span>
        <strong>{text.value}</strong>
        <span class="hold-bar" aria-hidden="true">
          <span style={{ transform: `scaleX(${ratio})` }} />
        </span>
      </div>
      {mayExtend && (
        <button
          type="button"
          class="button extend"
          disabled={session.group.asking.value === 'group:extend'}
          onClick={() => void session.group.ask('group:extend', { groupId: group.groupId })}
        >
          {t.extend(countdown(moreSeconds * 1000))}
        </button>
      )}
    </>
  )
}
