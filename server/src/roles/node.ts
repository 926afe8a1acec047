import cluster from 'node:cluster'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { runUntilSignal } from '../lifecycle/service.ts'
import { plantInDatabase } from '../planted-bugs/planted-database.ts'
import { nodePrimary } from './node-primary.ts'
import { checkStores } from './preflight.ts'
import type { Ready, ToPrimary } from './worker-messages.ts'

/** Workers get their own deadline; the primary waits a little longer for the last of them, ms. */
const PRIMARY_GRACE_MS = 1_000

/** A node: a primary process, and this same program again in each of its workers. */
export async function runNode(config: Config, log: Logger): Promise<0 | 1> {
  if (cluster.isWorker) return runWorker(config, log)
  await checkStores(config)
  await plantInDatabase(config.plantedBug, config.databaseUrl)
  const primary = nodePrimary(config, log)
  const code = await runUntilSignal([primary], {
    shutdownDeadlineMs: config.shutdownDeadlineMs + PRIMARY_GRACE_MS,
    log,
    started() {
      log.info({ port: primary.port, workers: config.workers }, 'node listening')
      process.send?.({ type: 'ready', port: primary.port } satisfies Ready)
    },
  })
  return primary.workerFailed ? 1 : code
}

async function runWorker(config: Config, log: Logger): Promise<0 | 1> {
  try {
    // Not in the primary: it needs nothing of this.
    const { runNodeWorker } = await import('./node-worker.ts')
    return await runNodeWorker(config, log)
  } catch (fault) {
    const reason = fault instanceof Error ? fault.message : String(fault)
    process.send?.({ type: 'cannot-start', reason } satisfies ToPrimary)
    throw fault
  }
}
