import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { type Statement, type Transaction, withParameters } from './statement-log.ts'

/** Twelve digits: of one order, and of one of pgbench's clients. */
const ORDER = ':n'
const CLIENT = ':c'
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

export interface RecordedOrder {
  readonly transactions: readonly Transaction[]
  readonly userId: string
  readonly seats: readonly number[]
  /** Ids that are the same for every order: the performance's, its layout's. */
  readonly fixed: ReadonlySet<string>
}

/** How statements are sent: whole texts that are parsed and planned each time, or prepared by every client. */
export type Protocol = 'simple' | 'prepared'

/** Rounds of every client are counted from here: no seat is ordered twice. */
const FIRST_ROUND: Record<Protocol, number> = { simple: 0, prepared: 10_000_000 }

/** The types of a statement's parameters, `$1` first. */
export type ParameterTypes = (text: string) => Promise<readonly string[]>

export const hasPgbench = (): boolean => spawnSync('pgbench', ['--version']).status === 0

/** Whose wallet pgbench's client pays from. */
export const clientUser = (client: number): string => `10000000-0000-4000-8000-${100_000_000_000 + client}`

/**
 * One order as a pgbench script: the same statements in the same transactions, with ids, digests and seats of each
 * order's own. A client pays from one wallet; digests and random texts become the order's number.
 */
export async function orderScript(order: RecordedOrder, protocol: Protocol, typesOf: ParameterTypes): Promise<string> {
  const { transactions, seats } = order
  const varied = variation(order)
  const statements: string[] = []
  for (const statement of transactions.flat()) {
    const text = protocol === 'simple' ? withParameters(statement, varied) : await prepared(statement, varied, typesOf)
    statements.push(`${text.replaceAll(/\s+/g, ' ').trim()};`)
  }
  return [
    '\\set k :k + 1',
    '\\set n random(100000000000, 999999999999)',
    '\\set c 100000000000 + :client_id',
    ...seats.map((_, place) => `\\set s${place} 1000000 + (:k * 64 + :client_id) * ${seats.length} + ${place}`),
    ...statements,
    '',
  ].join('\n')
}

/** Puts pgbench's variables into a literal, where an order has something of its own. */
function variation({ userId, seats, fixed }: RecordedOrder): (literal: string) => string {
  const ids = new Map<string, string>()
  const own = (id: string): string => {
    if (fixed.has(id)) return id
    if (id === userId) return `10000000-0000-4000-8000-${CLIENT}`
    const known = ids.get(id) ?? `2${String(ids.size).padStart(7, '0')}-0000-4000-8000-${ORDER}`
    ids.set(id, known)
    return known
  }
  return (literal) =>
    literal
      .replaceAll(UUID, own)
      .replaceAll(/\\x[0-9a-f]{64}/g, `\\x0000${ORDER.repeat(5)}`)
      .replaceAll(`'{${seats.join(',')}}'`, `'{${seats.map((_, place) => `:s${place}`).join(',')}}'`)
}

/** A prepared statement has parameters of its own for variables: they stand beside texts, never inside. */
async function prepared(
  statement: Statement,
  varied: (literal: string) => string,
  typesOf: ParameterTypes,
): Promise<string> {
  if (statement.parameters.size === 0) return statement.text
  const types = await typesOf(statement.text)
  return withParameters(statement, (literal, name) => {
    // pgbench would take `:false` of a JSON text for a variable, too.
    const parts = varied(literal).replaceAll(/:([a-z_]\w*)/gi, (text, word: string) =>
      /^(n|c|s\d+)$/.test(word) ? `' || ${text} || '` : `:' || '${word}`,
    )
    return `(${parts})::${types[Number(name.slice(1)) - 1]}`
  })
}

export interface PgbenchRun {
  readonly done: number
  readonly perSecond: number
  readonly failed: number
}

/** Runs a script; no result: it did not run to its end, and `said` tells why. */
export async function runPgbench(
  script: string,
  run: {
    readonly databaseUrl: string
    readonly file: string
    readonly clients: number
    readonly seconds: number
    readonly protocol: Protocol
  },
): Promise<PgbenchRun | { readonly said: string }> {
  writeFileSync(run.file, script)
  const child = spawn(
    'pgbench',
    [
      '--no-vacuum',
      `--client=${run.clients}`,
      '--jobs=2',
      `--time=${run.seconds}`,
      `--protocol=${run.protocol}`,
      `--define=k=${FIRST_ROUND[run.protocol]}`,
      `--file=${run.file}`,
      run.databaseUrl,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let said = ''
  child.stdout.on('data', (text: Buffer) => (said += text.toString()))
  child.stderr.on('data', (text: Buffer) => (said += text.toString()))
  await new Promise((resolve) => child.once('close', resolve))
  const perSecond = Number(/tps = ([\d.]+)/.exec(said)?.[1] ?? Number.NaN)
  const done = Number(/actually processed: (\d+)/.exec(said)?.[1] ?? 0)
  const failed = Number(/failed transactions: (\d+)/.exec(said)?.[1] ?? 0)
  return Number.isFinite(perSecond) && !said.includes('aborted') ? { done, perSecond, failed } : { said }
}
