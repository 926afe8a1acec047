import { parseArgs } from 'node:util'
import { ConfigError, readConfig } from './config.ts'
import { StartError } from './lifecycle/service.ts'
import { createLogger } from './observability/logger.ts'

/** A process loads only what its role needs. */
const ROLES = {
  node: async () => (await import('./roles/node.ts')).runNode,
  scheduler: async () => (await import('./roles/scheduler.ts')).runScheduler,
  'sandbox-payments': async () => (await import('./roles/sandbox-payments.ts')).runSandboxPayments,
} as const

/** `--role node`, `scheduler` or `sandbox-payments`; runs until a signal. Exit code 0 after a complete drain, else 1. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { role: { type: 'string' } } })
  const { role } = values
  if (role !== 'node' && role !== 'scheduler' && role !== 'sandbox-payments')
    throw new StartError('say which role to run: --role node or --role scheduler (development: sandbox-payments)')
  const config = readConfig()
  const run = await ROLES[role]()
  const log = createLogger(config, role)
  const { plantedBug } = config
  if (plantedBug !== '')
    log.warn({ plantedBug }, 'A BUG IS PLANTED: this system is wrong on purpose, sell nothing with it')
  return run(config, log)
}

/** What somebody can do something about is one line; anything else is a fault and comes whole. */
function complain(fault: unknown): void {
  const isForPeople = fault instanceof StartError || fault instanceof ConfigError || isArgumentError(fault)
  process.stderr.write(
    `seatcast: ${isForPeople ? fault.message : String((fault as Error | undefined)?.stack ?? fault)}\n`,
  )
}

const isArgumentError = (fault: unknown): fault is Error =>
  fault instanceof Error && 'code' in fault && String(fault.code).startsWith('ERR_PARSE_ARGS')

try {
  process.exit(await main())
} catch (fault) {
  complain(fault)
  process.exit(1)
}
