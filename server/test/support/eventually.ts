import { setTimeout as delay } from 'node:timers/promises'

/** Looks every few ms until the fact is there; resolves with how long that took, ms. Fails after `patienceMs`, saying what was seen. */
export async function eventually<T>(
  what: string,
  patienceMs: number,
  look: () => Promise<T> | T,
  isSo: (seen: T) => boolean = Boolean,
): Promise<number> {
  const startedMs = performance.now()
  for (;;) {
    let seen: T | undefined
    let fault: unknown
    try {
      seen = await look()
      if (isSo(seen)) return performance.now() - startedMs
    } catch (error) {
      fault = error
    }
    if (performance.now() - startedMs > patienceMs)
      throw new Error(`${what}: not within ${patienceMs} ms; last seen ${JSON.stringify(seen)}`, { cause: fault })
    await delay(10)
  }
}
