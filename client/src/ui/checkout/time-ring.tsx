import { useComputed, useSignal, useSignalEffect, type ReadonlySignal } from '@preact/signals'
import { countdown } from '../../i18n/format.ts'
import { orderWords } from '../../i18n/order-words.ts'
import { nowMs } from '../clock.ts'

/** From here on the end is near, s. Source: a guess. */
const WARN_SECONDS = 60
const RADIUS = 27
const LENGTH = 2 * Math.PI * RADIUS

interface TimeRingProps {
  /** On the local monotonic clock, ms. */
  readonly deadlineMs: ReadonlySignal<number>
  /** The whole ring, s. */
  readonly wholeSeconds: number
}

/** Time to pay as a ring that closes; its style moves between two ticks, so that it never jumps. */
export function TimeRing({ deadlineMs, wholeSeconds }: TimeRingProps) {
  const t = orderWords.value.checkout
  const leftMs = useComputed(() => Math.max(0, deadlineMs.value - nowMs.value))
  const text = useComputed(() => countdown(leftMs.value))
  const gone = useComputed(() => LENGTH * (1 - Math.min(1, leftMs.value / (wholeSeconds * 1000))))
  const urgent = useComputed(() => leftMs.value <= Math.min(WARN_SECONDS, wholeSeconds / 3) * 1000)
  const spoken = useSignal('')
  useSignalEffect(() => {
    // Said once, when the end comes near: a clock that speaks each second would drown everything.
    if (!urgent.value) return
    const seconds = Math.ceil(leftMs.peek() / 1000)
    spoken.value = orderWords.peek().checkout.spokenTime(Math.floor(seconds / 60), seconds % 60)
  })
  return (
    <div class={urgent.value ? 'time-ring urgent' : 'time-ring'} role="timer" aria-label={t.timeLeft}>
      <svg width="64" height="64" viewBox="0 0 64 64" aria-hidden="true">
        <circle class="ring-ground" cx="32" cy="32" r={RADIUS} />
        <circle
          class="ring-left"
          cx="32"
          cy="32"
          r={RADIUS}
          stroke-dasharray={LENGTH.toFixed(2)}
          stroke-dashoffset={gone.value.toFixed(2)}
        />
      </svg>
      <strong>{text.value}</strong>
      <span class="visually-hidden" role="status">
        {spoken.value}
      </span>
    </div>
  )
}
