import { StartError } from '../../server/src/lifecycle/service.ts'
import { startSystem, type System } from '../system/system.ts'
import { checkTarget } from './check-target.ts'
import type { RunOptions } from './command-line.ts'

/** The system under test: a fresh one on this machine, or one that is there. */
export interface Target {
  readonly organiserToken: string | null
  readonly fresh: boolean
  readonly workers: number | null
  readonly plantedBug: string | null
  /** A node with these settings; where nothing is to be set, the one that everybody uses. */
  node(settings: Readonly<Record<string, string>>): Promise<TargetNode>
  /** Ends everything that was started, and returns the ids of the processes that it was. */
  stop(): Promise<readonly number[]>
}

export interface TargetNode {
  readonly origin: string
  /** Process ids by part; empty where they are not ours to see. */
  parts(): Readonly<Record<string, readonly number[]>>
  stop(): Promise<void>
}

const NO_TOKEN =
  'SEATCAST_ORGANISER_TOKEN is missing: with SEATCAST_URL the run makes its own performance and asks the audit there ' +
  '(--set ALLOW_NO_AUDIT=1 does without: latency then passes alone).'

/** Points of each new wallet, minor units: twenty seats of a sale. Source: load-tests/lib's prices. */
const WALLET = { WALLET_DEMO_BALANCE: '1000000', WALLET_CURRENCY: 'KRW' }

/** `logFile`: where a fresh system's roles write. */
export async function openTarget(
  { workers, knobs }: Pick<RunOptions, 'workers' | 'knobs'>,
  env: NodeJS.ProcessEnv,
  logFile: string,
  signal: AbortSignal,
): Promise<Target> {
  const url = env['SEATCAST_URL'] || undefined
  if (url !== undefined) {
    const organiserToken = env['SEATCAST_ORGANISER_TOKEN'] || null
    if (organiserToken === null && knobs['ALLOW_NO_AUDIT'] !== '1') throw new StartError(NO_TOKEN)
    const origin = originOf(url)
    await checkTarget(origin, organiserToken, signal)
    return existing(origin, organiserToken)
  }
  const plantedBug = env['SEATCAST_PLANTED_BUG'] || null
  const system = await startSystem(workers, {
    // A planted bug is refused in production.
    env: { ...WALLET, ...(plantedBug !== null && { NODE_ENV: 'development' }) },
    logFile,
    signal,
    detached: true,
  })
  return fresh(system, workers, plantedBug)
}

function existing(origin: string, organiserToken: string | null): Target {
  return {
    organiserToken,
    fresh: false,
    workers: null,
    plantedBug: null,
    // Its settings are not ours to change: a scenario that needs others says so by its figures.
    node: () => Promise.resolve({ origin, parts: () => ({}), stop: () => Promise.resolve() }),
    stop: () => Promise.resolve([]),
  }
}

/** Of an address without a path: nothing of it is to be left out in silence. */
function originOf(url: string): string {
  const {
    protocol = '',
    origin = '',
    pathname = '',
    search = '',
    hash = '',
    username = '',
  } = URL.canParse(url) ? new URL(url) : {}
  if (!/^https?:$/.test(protocol))
    throw new StartError(`SEATCAST_URL is ${url}, which is no address such as http://127.0.0.1:3000.`)
  if (pathname !== '/' || search + hash + username !== '')
    throw new StartError(`SEATCAST_URL is ${url}: it is to be an origin, without a path, such as ${origin}.`)
  return origin
}

function fresh(system: System, workers: number, plantedBug: string | null): Target {
  const pids = new Set<number>()
  const note = (parts: Readonly<Record<string, readonly number[]>>) => {
    for (const pid of Object.values(parts).flat()) pids.add(pid)
    return parts
  }
  note(system.processes())
  return {
    organiserToken: system.organiserToken,
    fresh: true,
    workers,
    plantedBug,
    async node(settings) {
      if (Object.keys(settings).length === 0)
        return { origin: system.origin, parts: () => note(system.processes()), stop: () => Promise.resolve() }
      const other = await system.startNode(settings)
      return {
        origin: other.origin,
        parts: () => note({ ...system.processes(), node: other.pids() }),
        stop: () => other.stop(),
      }
    },
    async stop() {
      note(system.processes())
      await system.stop()
      return [...pids]
    },
  }
}
