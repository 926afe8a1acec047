import type { Logger } from 'pino'

/** A part of a process with a beginning and an end. */
export interface Service {
  readonly name: string
  start?(): Promise<void> | void
  /** Take no new work and finish what was begun. */
  drain?(): Promise<void> | void
  stop?(): Promise<void> | void
}

/** A start that cannot succeed until somebody does something: its message is the one line they need. */
export class StartError extends Error {
  override readonly name = 'StartError'
}

export interface RunOptions {
  /** How long draining and stopping may take together, ms. */
  readonly shutdownDeadlineMs: number
  readonly log: Logger
  /** Called once everything has started. */
  readonly started?: () => void
  /** Ends the run as a signal would. */
  readonly ending?: AbortSignal
}

/**
 * Start in order, wait for SIGTERM, SIGINT or the end of the IPC channel, then drain and stop in reverse order.
 * Returns the exit code: 0 after a complete drain, 1 after the deadline. A failed start stops what had started and throws.
 */
export async function runUntilSignal(services: readonly Service[], options: RunOptions): Promise<0 | 1> {
  const { log } = options
  const signal = nextSignal(options.ending)
  const started: Service[] = []
  try {
    for (const service of services) {
      await service.start?.()
      started.unshift(service)
    }
  } catch (fault) {
    for (const service of started) await quietly(service, 'stop', log)
    throw fault
  }
  options.started?.()

  const reason = await signal
  log.info({ reason }, 'shutdown began')
  const complete = await within(options.shutdownDeadlineMs, async () => {
    for (const service of started) await quietly(service, 'drain', log)
    for (const service of started) await quietly(service, 'stop', log)
  })
  if (!complete) log.error({ shutdownDeadlineMs: options.shutdownDeadlineMs }, 'shutdown deadline passed')
  else log.info({ reason }, 'shutdown complete')
  return complete ? 0 : 1
}

function nextSignal(ending: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve('SIGTERM'))
    process.once('SIGINT', () => resolve('SIGINT'))
    // The parent that started this process is gone: nothing may be left running.
    if (process.channel) process.once('disconnect', () => resolve('disconnect'))
    if (ending?.aborted === true) resolve('ending')
    ending?.addEventListener('abort', () => resolve('ending'), { once: true })
  })
}

/** One part that fails to end must not keep the others from ending. */
async function quietly(service: Service, step: 'drain' | 'stop', log: Logger): Promise<void> {
  try {
    await service[step]?.()
  } catch (fault) {
    log.error({ service: service.name, step, err: fault }, 'shutdown step failed')
  }
}

async function within(deadlineMs: number, work: () => Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), deadlineMs)
  })
  try {
    return await Promise.race([work().then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}
