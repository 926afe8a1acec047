import { setTimeout as delay } from 'node:timers/promises'

/** Does the work now and after each pause until `over`, and then once more; ends with its first error. */
export async function every(ms: number, over: AbortSignal, work: () => Promise<void> | void): Promise<void> {
  while (!over.aborted) {
    await work()
    await delay(ms, undefined, { signal: over }).catch(() => undefined) // woken by the end
  }
  await work()
}
