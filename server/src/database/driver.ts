import type { CompiledQuery, DatabaseConnection, Driver, QueryResult, TransactionSettings } from 'kysely'
import type { Pool, PoolClient, QueryConfig, QueryResult as Answer } from 'pg'
import type { PreparedStatements } from './prepared-statements.ts'

export interface DriverOptions {
  /** Its clients are to pipeline. */
  readonly pool: Pool
  /** Absent: nothing is prepared. */
  readonly prepared: PreparedStatements | undefined
  /** Told how long each piece of work waited for its connection, ms. */
  readonly onConnected: ((waitedMs: number) => void) | undefined
}

/**
 * Kysely's way to PostgreSQL in fewer round trips than its own takes: `begin`, and what is sent ahead, goes out together
 * with the statement after it. Source: load-tests/README.md, orders.
 */
export class PostgresDriver implements Driver {
  readonly #options: DriverOptions

  constructor(options: DriverOptions) {
    this.#options = options
  }

  init(): Promise<void> {
    return Promise.resolve()
  }

  async acquireConnection(): Promise<PostgresConnection> {
    const { pool, prepared, onConnected } = this.#options
    const askedMs = performance.now()
    const client = await pool.connect()
    onConnected?.(performance.now() - askedMs)
    return new PostgresConnection(client, prepared)
  }

  releaseConnection(connection: PostgresConnection): Promise<void> {
    connection.release()
    return Promise.resolve()
  }

  beginTransaction(connection: PostgresConnection, settings: TransactionSettings): Promise<void> {
    connection.begin(settings)
    return Promise.resolve()
  }

  commitTransaction(connection: PostgresConnection): Promise<void> {
    return connection.commit()
  }

  rollbackTransaction(connection: PostgresConnection): Promise<void> {
    return connection.rollback()
  }

  destroy(): Promise<void> {
    return this.#options.pool.end()
  }
}

const ahead = new WeakSet<CompiledQuery>()

/**
 * Marks a statement of a transaction whose answer nobody reads: it waits for the next one, `commit` included, and goes out
 * with that. If it fails, that one throws its error.
 */
export function sentAhead(query: CompiledQuery): CompiledQuery {
  ahead.add(query)
  return query
}

class PostgresConnection implements DatabaseConnection {
  readonly #client: PoolClient
  readonly #prepared: PreparedStatements | undefined
  #transaction: 'none' | 'to begin' | 'begun' = 'none'
  #waiting: QueryConfig[] = []
  /** Why it is asked no more, and closed. */
  #fault: Error | undefined

  constructor(client: PoolClient, prepared: PreparedStatements | undefined) {
    this.#client = client
    this.#prepared = prepared
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const statement = this.#statementOf(query)
    if (this.#transaction !== 'none' && ahead.has(query)) {
      this.#waiting.push(statement)
      return { rows: [] }
    }
    const { command, rowCount, rows } = await this.#send(statement)
    return CHANGES.has(command) ? { rows, numAffectedRows: BigInt(rowCount ?? 0) } : { rows }
  }

  streamQuery(): never {
    throw new Error('nobody here reads an answer in parts')
  }

  begin({ isolationLevel, accessMode }: TransactionSettings): void {
    const level = isolationLevel === undefined ? '' : ` isolation level ${isolationLevel}`
    this.#waiting = [{ text: `begin${level}${accessMode === undefined ? '' : ` ${accessMode}`}` }]
    this.#transaction = 'to begin'
  }

  async commit(): Promise<void> {
    if (this.#transaction === 'to begin' && this.#waiting.length === 1) return this.#forget()
    if (this.#transaction === 'begun' && this.#client.getTransactionStatus() === 'I')
      throw (this.#fault ??= new Error('a transaction was to be committed that is not open'))
    const { command } = await this.#send({ text: 'commit' })
    // So PostgreSQL answers when a statement had failed, and whoever sent that went on.
    if (command === 'ROLLBACK') throw new Error('a transaction was to be committed that had failed')
    this.#forget()
  }

  async rollback(): Promise<void> {
    const hasBegun = this.#transaction === 'begun'
    this.#forget()
    if (!hasBegun) return
    try {
      await this.#send({ text: 'rollback' })
    } catch (fault) {
      this.#fault ??= fault as Error
      throw fault
    }
  }

  release(): void {
    this.#client.release(this.#fault !== undefined)
  }

  #forget(): void {
    this.#waiting = []
    this.#transaction = 'none'
  }

  #statementOf({ sql: text, parameters }: CompiledQuery): QueryConfig {
    if (parameters.length === 0) return { text }
    const name = this.#prepared?.nameOf(text)
    const values = parameters as unknown[]
    return name === undefined ? { text, values } : { text, values, name }
  }

  /** Sends what waits, and the statement. */
  async #send(statement: QueryConfig): Promise<Answer> {
    if (this.#fault !== undefined) throw this.#fault
    const waiting = this.#waiting
    const begins = this.#transaction === 'to begin'
    this.#waiting = []
    if (begins) this.#transaction = 'begun'
    try {
      if (waiting.length === 0) return await this.#client.query(statement)
      return await this.#sendTogether([...waiting, statement], begins)
    } catch (fault) {
      if (fault instanceof Error && makesUseless(fault)) this.#fault = fault
      throw fault
    }
  }

  /**
   * In one packet; the answer of the last one. Once one has failed, those after it only say that the transaction has. Not so
   * where the very `begin` failed (PostgreSQL was out of memory, somebody cancelled it): what came with it has been done by
   * itself, so nothing more is, nothing is called committed, and the connection is closed.
   */
  async #sendTogether(statements: readonly QueryConfig[], begins: boolean): Promise<Answer> {
    const { stream } = (this.#client as PoolClient & WithStream).connection
    stream.cork()
    const answers = Promise.allSettled(statements.map((statement) => this.#client.query(statement)))
    stream.uncork()
    let last: Answer | undefined
    for (const [place, outcome] of (await answers).entries()) {
      if (outcome.status === 'rejected' && begins && place === 0) this.#fault = outcome.reason as Error
      if (outcome.status === 'rejected') throw outcome.reason
      last = outcome.value
    }
    if (last === undefined) throw new Error('nothing was to be sent')
    return last
  }
}

/** Not in pg's types. */
interface WithStream {
  readonly connection: { readonly stream: { cork(): void; uncork(): void } }
}

/** Statements that say how many rows they changed. */
const CHANGES = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])

/**
 * A statement got no answer (pg has no code for it): the next one, be it `rollback`, would wait for that too. Or a migration
 * changed what a prepared statement answers: a new connection prepares it anew.
 */
const makesUseless = (fault: Error): boolean =>
  fault.message === 'Query read timeout' || fault.message === 'cached plan must not change result type'
