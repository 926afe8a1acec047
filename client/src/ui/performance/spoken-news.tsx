import { useSignal, useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { words } from '../../i18n/language.ts'
import { timeLeftMs } from '../../store/hold-store.ts'
import { nowMs } from '../clock.ts'
import { warnSeconds } from './hold-countdown.tsx'
import { TONE } from './notice.ts'
import type { PerformanceSession } from './performance-session.ts'

/** Said to screen readers: my own seats, refusals, and once that time runs out. Nothing of what others do. */
export function SpokenNews({ session }: { readonly session: PerformanceSession }) {
  const polite = useSignal('')
  const urgent = useSignal('')
  const heldBefore = useRef(0)
  const warnedHold = useRef<string | null>(null)

  useSignalEffect(() => {
    const count = session.hold.value.seats.length
    const before = heldBefore.current
    if (count === before) return
    heldBefore.current = count
    // They became the group's, which says so.
    if (session.group.view.peek() !== null) return
    const t = words.peek().mySeats
    const gone = session.holdReason.peek() === 'ordered' ? t.ordered : t.released
    polite.value = count === 0 ? gone : before === 0 ? t.held(count) : t.changed(count)
  })
  useSignalEffect(() => {
    const { holdId } = session.hold.value
    const left = timeLeftMs(session.hold.value, nowMs.value)
    const seconds = warnSeconds(session.performance.holdSeconds)
    if (left === null || left > seconds * 1000 || warnedHold.current === holdId) return
    warnedHold.current = holdId
    polite.value = words.peek().mySeats.runningOut(seconds)
  })
  useSignalEffect(() => {
    const notice = session.notice.value
    const text =
      notice === null
        ? ''
        : words.peek().notice.text[notice.code]({
            count: notice.count,
            who: notice.who,
            maxSeats: session.performance.maxSeatsPerBuyer,
            wait: '',
            sale: session.sale.peek().status,
          })
    if (notice !== null && TONE[notice.code] === 'problem') urgent.value = text
    else if (text !== '') polite.value = text
  })
  return (
    <div class="visually-hidden">
      <p role="status" aria-live="polite">
        {polite.value}
      </p>
      <p role="alert">{urgent.value}</p>
    </div>
  )
}
