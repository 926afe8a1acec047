import { readFileSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DatabaseClient } from '../../server/src/database/client.ts'

/** A transaction, or a statement outside of one, as PostgreSQL got it. */
export type Transaction = readonly Statement[]

export interface Statement {
  /** With `$1` and so on. */
  readonly text: string
  /** By the text's names for them: SQL literals. */
  readonly parameters: ReadonlyMap<string, string>
}

/** The statement with its parameters written in, as `write` writes them. */
export const withParameters = (
  { text, parameters }: Statement,
  write: (literal: string, name: string) => string,
): string =>
  text.replaceAll(/\$\d+/g, (name) => {
    const literal = parameters.get(name)
    return literal === undefined ? name : write(literal, name)
  })

/** Starts every entry of the log while statements are logged: who, in which process. */
const PREFIX = '@%p|%a@'
const ENTRY = /^@(\d+)\|([^@]*)@([A-Z]+): {2}/
const SETTLED_MS = 1_000

/** What the server's processes sent while `act` ran, in the order in which each transaction began. */
export async function logStatements(
  database: Pick<DatabaseClient, 'pool'>,
  logFile: string,
  act: () => Promise<void>,
): Promise<Transaction[]> {
  await configure(database, { log_statement: 'all', log_line_prefix: PREFIX, log_parameter_max_length: '-1' })
  const from = statSync(logFile).size
  try {
    await act()
    await sleep(SETTLED_MS)
  } finally {
    await configure(database, { log_statement: 'none' })
  }
  return transactionsIn(readFileSync(logFile).subarray(from).toString())
}

async function configure(
  database: Pick<DatabaseClient, 'pool'>,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, value] of Object.entries(settings))
    await database.pool.query(`alter system set ${name} = '${value}'`)
  await database.pool.query('select pg_reload_conf()')
  await sleep(SETTLED_MS)
}

function transactionsIn(log: string): Transaction[] {
  const found: Statement[][] = []
  const open = new Map<string, Statement[]>()
  const pending = new Map<string, string>()
  const take = (pid: string, statement: Statement) => {
    const word = statement.text.trim().toLowerCase()
    const current = open.get(pid)
    if (/^(begin|start transaction)/.test(word)) {
      const begun = [statement]
      found.push(begun)
      open.set(pid, begun)
    } else if (word === 'commit' || word === 'rollback') {
      current?.push(statement)
      open.delete(pid)
    } else if (current === undefined) found.push([statement])
    else current.push(statement)
  }
  const flush = (pid: string, details = '') => {
    const text = pending.get(pid)
    pending.delete(pid)
    if (text !== undefined) take(pid, { text, parameters: parametersIn(details) })
  }
  for (const entry of entriesIn(log)) {
    if (!entry.who.startsWith('seatcast')) continue
    if (entry.kind === 'DETAIL') flush(entry.pid, entry.text)
    else {
      flush(entry.pid)
      const statement = /^(?:statement|execute [^:]*): ([\s\S]*)$/.exec(entry.text)?.[1]
      if (statement !== undefined) pending.set(entry.pid, statement)
    }
  }
  for (const pid of pending.keys()) flush(pid)
  return found
}

interface Entry {
  readonly pid: string
  readonly who: string
  readonly kind: string
  readonly text: string
}

/** Lines after the first of an entry begin with a tab. */
function entriesIn(log: string): Entry[] {
  const entries: { pid: string; who: string; kind: string; text: string }[] = []
  for (const line of log.split('\n')) {
    const match = ENTRY.exec(line)
    const last = entries.at(-1)
    if (match !== null)
      entries.push({
        pid: match[1] ?? '',
        who: match[2] ?? '',
        kind: match[3] ?? '',
        text: line.slice(match[0].length),
      })
    else if (line.startsWith('\t') && last !== undefined) last.text += ` ${line.slice(1)}`
  }
  return entries
}

/** The log gives them as literals. */
function parametersIn(details: string): Map<string, string> {
  const literals = new Map<string, string>()
  for (const [, name = '', literal = ''] of details.matchAll(/(\$\d+) = (NULL|'(?:[^']|'')*')/g))
    literals.set(name, literal)
  return literals
}
