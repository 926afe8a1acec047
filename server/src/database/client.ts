import { Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import { Pool, TypeOverrides, types } from 'pg'
import { PostgresDriver } from './driver.ts'
import { PreparedStatements } from './prepared-statements.ts'
import type { Database } from './tables.ts'

export type Db = Kysely<Database>

export interface DatabaseClient {
  readonly db: Db
  readonly pool: Pool
  readonly close: () => Promise<void>
}

export interface DatabaseOptions {
  readonly databaseUrl: string
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string
  readonly poolSize?: number
  /** How long a connection or a statement's answer is waited for, ms; then the work fails as unavailable. */
  readonly patienceMs?: number
  /** Whether connections keep the plans of statements; default: yes. */
  readonly prepares?: boolean
  /** An idle connection broke (PostgreSQL restarted); the pool replaces it by itself. */
  readonly onIdleError?: (error: Error) => void
  /** Told how long each piece of work waited for its connection, ms. */
  readonly onConnected?: (waitedMs: number) => void
}

/** Connections one process keeps. Source: a guess; 2 workers x 10 stay far below PostgreSQL's default of 100. */
const POOL_SIZE = 10
/** Where nobody waits for the answer, ms. Source: a guess; the slowest here, storing a stadium, takes far less. */
const PATIENCE_MS = 15_000
/** A server that still works ends a statement itself; so much later its connection is given up as silent, ms. Source: a guess. */
const SILENCE_MS = 500
/** A transaction left open by a stalled process lets its locks go after this, ms. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000
/** A pool and its query builder. Nothing connects before the first query. */
export function connectDatabase(options: DatabaseOptions): DatabaseClient {
  const parsers = new TypeOverrides()
  parsers.setTypeParser(types.builtins.INT8, Number) // epochs and durations stay far below 2^53
  const { patienceMs = PATIENCE_MS } = options
  const pool = new Pool({
    connectionString: options.databaseUrl,
    application_name: options.applicationName ?? 'seatcast',
    max: options.poolSize ?? POOL_SIZE,
    connectionTimeoutMillis: patienceMs,
    statement_timeout: patienceMs,
    query_timeout: patienceMs + SILENCE_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    pipeline: true,
    types: parsers,
  })
  // Without a listener, a connection that breaks while idle would end the process.
  pool.on('error', (error) => options.onIdleError?.(error))
  // Neither does the pool listen while a transaction has the connection and waits for something else: its next query fails.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const prepared = options.prepares === false ? undefined : new PreparedStatements()
  const db = new Kysely<Database>({
    dialect: {
      createDriver: () => new PostgresDriver({ pool, prepared, onConnected: options.onConnected }),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createAdapter: () => new PostgresAdapter(),
      createIntrospector: (its) => new PostgresIntrospector(its),
    },
  })
  return { db, pool, close: () => db.destroy() }
}
