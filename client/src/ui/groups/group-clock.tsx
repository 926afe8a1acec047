import { useComputed, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
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
  const whole = useSignal(leftMs.value)
  // The bar is full when we first see the hold: how long it was before is not ours to know.
  useEffect(() => {
    whole.value = Math.max(1, leftMs.peek())
  }, [group.hold?.holdId, group.hold?.mayExtend])
  const urgent = useComputed(() => leftMs.value <= warnSeconds(whole.value / 1000) * 1000)
  const ratio = useComputed(() => Math.min(1, Math.ceil(leftMs.value / 1000) / (whole.value / 1000)))
  return (
    <>
      <div class={urgent.value ? 'hold-clock urgent' : 'hold-clock'} role="timer">
        <span>
          <Icon name="clock" size={18} />
          {leftMs.value === 0 ? t.ending : t.heldFor}
        </span>
        <strong>{text.value}</strong>
        <span class="hold-bar" aria-hidden="true">
          <span style={{ transform: `scaleX(${ratio.value})` }} />
        </span>
      </div>
      {group.hold?.mayExtend === true && (
        <button
          type="button"
          class="button extend"
          disabled={session.group.asking.value === 'group:extend'}
          onClick={() => void session.group.ask('group:extend', { groupId: group.groupId })}
        >
          {t.extend}
        </button>
      )}
    </>
  )
}
