import { signal } from '@preact/signals'

/** The local monotonic clock, ms: only durations between its values mean anything. Advances four times a second. */
export const nowMs = signal(performance.now())

/** Brings `nowMs` up to date: a countdown that starts from an old value shows a second too many. Returns it. */
export function tick(): number {
  nowMs.value = performance.now()
  return nowMs.value
}

/** Keeps `nowMs` going, and right at once when the page is looked at again. */
export function startClock(): void {
  setInterval(tick, 250)
  document.addEventListener('visibilitychange', tick)
}
