/** What offers beside refusals may take of each second of a worker, ms. Source: a guess: holds and frames come first. */
const SHARE_MS = 250

/**
 * Runs work that is a courtesy while there is time for it in this second, else gives the second value: in a rush a
 * stadium's split takes 2 ms, and thousands a second are refused.
 */
export function spareTime(now: () => number = () => performance.now()): <T>(work: () => T, otherwise: T) => T {
  let secondBeganMs = -Infinity
  let usedMs = 0
  return (work, otherwise) => {
    const beganMs = now()
    if (beganMs - secondBeganMs >= 1_000) {
      secondBeganMs = beganMs
      usedMs = 0
    }
    if (usedMs >= SHARE_MS) return otherwise
    const result = work()
    usedMs += now() - beganMs
    return result
  }
}
