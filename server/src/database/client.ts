import { Kysely, PostgresDialect } from 'kysely'
import { Pool, TypeOverrides, types } from 'pg'
import { inNobodysName } from '../observability/request-id.ts'
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
  /** An idle connection broke (PostgreSQL restarted); the pool replaces it by itself. */
  readonly onIdleError?: (error: Error) => void
  /** Told how long each piece of work waited for its connection, ms. */
  readonly onConnected?: (waitedMs: number) => void
}

/** Connections one process keeps. Source: a guess; 2 workers x 10 stay far below PostgreSQL's default of 100. */
const POOL_SIZE = 10
/** A request waits this long for a connection, then fails as unavailable, ms. Source: a guess below a browser's patience. */
const CONNECT_TIMEOUT_MS = 5_000
/** The server ends a statement after this, ms. Source: a guess; the slowest here, storing a stadium, takes far less. */
const STATEMENT_TIMEOUT_MS = 15_000
/** The client gives up on a statement whose connection went silent, ms. After the server's own limit. */
const QUERY_TIMEOUT_MS = 20_000
/** A transaction left open by a stalled process lets its locks go after this, ms. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000
/** A pool and its query builder. Nothing connects before the first query. */
export function connectDatabase(options: DatabaseOptions): DatabaseClient {
  const parsers = new TypeOverrides()
  parsers.setTypeParser(types.builtins.INT8, Number) // epochs and durations stay far below 2^53
  const pool = new Pool({
    connectionString: options.databaseUrl,
    application_name: options.applicationName ?? 'seatcast',
    max: options.poolSize ?? POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    types: parsers,
  })
  // Without a listener, a connection that breaks while idle would end the process.
  pool.on('error', (error) => options.onIdleError?.(error))
  // Neither does the pool listen while a transaction has the connection and waits for something else: its next query fails.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const connect = async () => {
    const askedMs = performance.now()
    const client = await inNobodysName(() => pool.connect())
    options.onConnected?.(performance.now() - askedMs)
    return client
  }
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool: { connect, end: () => pool.end(), options: pool.options } }),
  })
  return { db, pool, close: () => db.destroy() }
}
