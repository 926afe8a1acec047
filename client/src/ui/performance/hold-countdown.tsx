import { useComputed, type ReadonlySignal } from '@preact/signals'
import { countdown } from '../../i18n/format.ts'
import { timeLeftMs } from '../../store/hold-store.ts'
import { nowMs } from '../clock.ts'
import type { PerformanceSession } from './performance-session.ts'

/** From here on the end is near, s. A short hold warns late, so that it is not a warning all along. */
export const warnSeconds = (holdSeconds: number): number => (holdSeconds > 90 ? 60 : 10)

export interface HoldClock {
  /** `m:ss`; null without a hold. */
  readonly text: ReadonlySignal<string | null>
  readonly urgent: ReadonlySignal<boolean>
  /** 1: just begun, 0: over. In steps of a second. */
  readonly ratio: ReadonlySignal<number>
}

export function useHoldClock(session: PerformanceSession): HoldClock {
  const { holdSeconds } = session.performance
  const secondsLeft = useComputed(() => {
    const left = timeLeftMs(session.hold.value, nowMs.value)
    return left === null ? null : Math.ceil(left / 1000)
  })
  return {
    text: useComputed(() => (secondsLeft.value === null ? null : countdown(secondsLeft.value * 1000))),
    urgent: useComputed(() => secondsLeft.value !== null && secondsLeft.value <= warnSeconds(holdSeconds)),
    ratio: useComputed(() => Math.min(1, (secondsLeft.value ?? 0) / holdSeconds)),
  }
}
