import { parseArgs } from 'node:util'
import { StartError } from '../../server/src/lifecycle/service.ts'
import { readMix } from '../users/read-mix.ts'

/** What somebody asked `npm run load` to do. */
export type LoadCommand =
  | { readonly kind: 'help' }
  | { readonly kind: 'list' }
  /** Finds k6, or builds it, and prints where it is. */
  | { readonly kind: 'k6' }
  | { readonly kind: 'compare'; readonly before: string; readonly after: string }
  | { readonly kind: 'run'; readonly scenario: string; readonly options: RunOptions }

export interface RunOptions {
  readonly quick: boolean
  /** The mixture of users, as `watcher=70,buyer=20`; null: the scenario's own. */
  readonly users: string | null
  /** Knobs of the scenario by name. */
  readonly knobs: Readonly<Record<string, string>>
  /** Of the fresh system's node. */
  readonly workers: number
  /** Where results are left; null: load-tests/results. */
  readonly out: string | null
  /** Also sends k6's metrics to the Prometheus at K6_PROMETHEUS_RW_SERVER_URL. */
  readonly remoteWrite: boolean
  /** Leaves k6's own dashboard page beside the report. */
  readonly dashboard: boolean
}

/** The scenario name that stands for each of them. */
export const EVERY_SCENARIO = 'all'

export const USAGE = `npm run load -- <scenario> [flags]    one scenario of: npm run load -- list
npm run load -- all --quick           a smoke of every scenario on one system
npm run load -- compare a.json b.json what changed between two results, and what is beyond noise
npm run load -- k6                    where k6 is; builds it when there is none and Go is there

  --quick               seconds instead of minutes, for a smoke: its figures mean nothing
  --users watcher=70,buyer=20,group=10
  --set NAME=value      a knob of the scenario (list shows them); may be given several times
  --workers 1           worker processes of the fresh system's node
  --out directory       where results go, instead of load-tests/results
  --remote-write        k6 also writes to the Prometheus at K6_PROMETHEUS_RW_SERVER_URL
  --dashboard           leaves k6's own dashboard page beside the report

Without SEATCAST_URL it starts a fresh system on this machine and removes it. With SEATCAST_URL it loads that one and needs
SEATCAST_ORGANISER_TOKEN to make its own performance and to ask for the verdict. K6_BIN names the k6 to use.`

const FLAGS = {
  quick: { type: 'boolean' },
  users: { type: 'string' },
  set: { type: 'string', multiple: true },
  workers: { type: 'string' },
  out: { type: 'string' },
  'remote-write': { type: 'boolean' },
  dashboard: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

const WORKERS_MAX = 64
const USERS = /^[a-z]+=\d+(,[a-z]+=\d+)*$/
const KNOB = /^(?<name>[A-Z][A-Z0-9_]*)=(?<value>.*)$/s

/** Reads the command line; throws a StartError with one line for people. `scenarios`: the names there are. */
export function loadCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  scenarios: readonly string[],
): LoadCommand {
  const { values, positionals } = parsed(args)
  const [first, ...more] = positionals
  if (values.help === true || first === undefined) return { kind: 'help' }
  if (first === 'compare') {
    const [before, after, ...rest] = more
    if (before === undefined || after === undefined || rest.length > 0)
      throw new StartError('compare takes two results: npm run load -- compare a.json b.json')
    return { kind: 'compare', before, after }
  }
  if (more.length > 0) throw new StartError(`One scenario at a time: ${more.join(' ')} is too much.`)
  if (first === 'list' || first === 'k6') return { kind: first }
  if (first !== EVERY_SCENARIO && !scenarios.includes(first))
    throw new StartError(`There is no scenario ${first}: ${[...scenarios, EVERY_SCENARIO].join(', ')}.`)
  if (values['remote-write'] === true && (env['K6_PROMETHEUS_RW_SERVER_URL'] ?? '') === '')
    throw new StartError(
      '--remote-write needs K6_PROMETHEUS_RW_SERVER_URL, such as http://127.0.0.1:9090/api/v1/write.',
    )
  if (values.workers !== undefined && (env['SEATCAST_URL'] ?? '') !== '')
    throw new StartError('--workers is for a fresh system: the one at SEATCAST_URL has the workers that it has.')
  return {
    kind: 'run',
    scenario: first,
    options: {
      quick: values.quick === true,
      users: usersOf(values.users),
      knobs: knobsOf(values.set ?? []),
      workers: workersOf(values.workers),
      out: values.out ?? null,
      remoteWrite: values['remote-write'] === true,
      dashboard: values.dashboard === true,
    },
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, allowPositionals: true })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new StartError(`${error.message.split('. ')[0] ?? ''}: npm run load -- --help lists the flags.`)
  }
}

function usersOf(text: string | undefined): string | null {
  if (text === undefined) return null
  if (!USERS.test(text)) throw new StartError(`--users wants a mixture such as watcher=70,buyer=20, not ${text}.`)
  try {
    readMix(text)
  } catch (error) {
    throw new StartError(`--users: ${error instanceof Error ? error.message : String(error)}.`)
  }
  return text
}

function knobsOf(settings: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    settings.map((setting) => {
      const { name, value } = KNOB.exec(setting)?.groups ?? {}
      if (name === undefined || value === undefined)
        throw new StartError(`--set wants NAME=value with a name in capitals, not ${setting}.`)
      return [name, value]
    }),
  )
}

function workersOf(text: string | undefined): number {
  const workers = Number(text ?? '1')
  if (!Number.isInteger(workers) || workers < 1 || workers > WORKERS_MAX)
    throw new StartError(`--workers must be a whole number from 1 to ${WORKERS_MAX}.`)
  return workers
}
