import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely'
import { Pool, type PoolClient, TypeOverrides, types } from 'pg'
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
    types: parsers,
  })
  // Without a listener, a connection that breaks while idle would end the process.
  pool.on('error', (error) => options.onIdleError?.(error))
  // Neither does the pool listen while a transaction has the connection and waits for something else: its next query fails.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const connect = async () => {
    const askedMs = performance.now()
    const client = await pool.connect()
    options.onConnected?.(performance.now() - askedMs)
    return givenUpWhenSilent(client)
  }
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool: { connect, end: () => pool.end(), options: pool.options } }),
  })
  return { db, pool, close: () => db.destroy() }
}

/**
 * What comes after a statement that got no answer, be it `rollback`, would wait for that answer too: its connection is not
 * asked again, and closed.
 */
function givenUpWhenSilent(client: PoolClient): PostgresPoolClient {
  let silence: Error | undefined
  const query = async (sql: string, parameters: unknown[]) => {
    if (silence !== undefined) throw silence
    try {
      return await client.query(sql, parameters)
    } catch (fault) {
      if (fault instanceof Error && fault.message === NO_ANSWER) silence = fault
      throw fault
    }
  }
  return {
    // Cursors, its other use, nobody here opens.
    query: query as unknown as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy === true || silence !== undefined),
  }
}

/** Source: pg, which has no code for it. */
const NO_ANSWER = 'Query read timeout'
