import type { Logger } from 'pino'

export interface RepeatOptions {
  /** What the log calls it. */
  readonly name: string
  /** Pause between the end of a run and the next one, ms; a run may ask for another pause by returning it. */
  readonly intervalMs: number
  /** Shortest pause between two runs, ms, however often it is woken: what comes meanwhile is one run's. Default: none. */
  readonly restMs?: number
  /** Longest pause after failures in a row, ms; the pause doubles from intervalMs. */
  readonly backoffMsMax: number
  readonly log: Logger
  /** Told of each run's failure, for a metric. */
  readonly onFailure?: (fault: unknown) => void
}

export interface Repeating {
  /** Run now instead of at the end of the pause; while a run is under way: once more, right after it (and its rest). */
  wake(): void
  /** No further run; resolves when the present one has ended. */
  stop(): Promise<void>
}

/**
 * The one background loop: run, pause, run again. Runs never overlap. A failure is logged once per row of failures
 * and makes the pause grow; the loop itself never ends before `stop`.
 */
export function repeat(
  options: RepeatOptions,
  run: (signal: AbortSignal) => Promise<number | void> | number | void,
): Repeating {
  const ending = new AbortController()
  let failures = 0
  let woken = false
  let endPause: (() => void) | undefined
  let isResting = false

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(done, Math.max(0, ms))
      function done() {
        clearTimeout(timer)
        endPause = undefined
        resolve()
      }
      endPause = done
    })

  const once = async (): Promise<number> => {
    try {
      const wanted = await run(ending.signal)
      if (failures > 0) options.log.info({ job: options.name, failures }, 'job recovered')
      failures = 0
      return wanted ?? options.intervalMs
    } catch (fault) {
      if (ending.signal.aborted) return 0
      failures += 1
      options.onFailure?.(fault)
      if (failures === 1) options.log.warn({ job: options.name, err: fault }, 'job failed')
      return Math.min(options.backoffMsMax, options.intervalMs * 2 ** Math.min(failures, 16))
    }
  }

  const loop = async () => {
    while (!ending.signal.aborted) {
      woken = false
      const pauseMs = await once()
      const endedMs = performance.now()
      if (!ending.signal.aborted && !woken) await pause(pauseMs)
      const restMs = (options.restMs ?? 0) - (performance.now() - endedMs)
      isResting = true
      if (!ending.signal.aborted && restMs > 0) await pause(restMs)
      isResting = false
    }
  }
  const ended = loop()

  return {
    wake() {
      woken = true
      if (!isResting) endPause?.()
    },
    async stop() {
      ending.abort()
      endPause?.()
      await ended
    },
  }
}
