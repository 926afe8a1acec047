import { CompiledQuery, sql } from 'kysely'
import { Pool } from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../../test/support/postgres.ts'
import { connectDatabase, type Db, type DatabaseClient } from './client.ts'
import { PostgresDriver, sentAhead } from './driver.ts'
import { isStoreUnavailable } from './unavailable.ts'

let database: TestDatabase
let client: DatabaseClient
let db: Db

beforeAll(async () => {
  database = await testDatabase()
  client = connectDatabase({ databaseUrl: database.url, poolSize: 1 })
  db = client.db
})
afterAll(async () => {
  await client?.close()
  await database.drop()
})
beforeEach(() => sql`drop table if exists notes; create table notes (id int primary key)`.execute(db))

const note = (trx: Db, id: number) => sql`insert into notes values (${id})`.execute(trx)
const noteAhead = (trx: Db, id: number) =>
  trx.executeQuery(sentAhead(sql`insert into notes values (${id})`.compile(trx)))
const noted = async () =>
  (await sql<{ id: number }>`select id from notes order by id`.execute(db)).rows.map(({ id }) => id)
const inTransaction = async (trx: Db) =>
  (await sql<{ yes: boolean }>`select now() <> statement_timestamp() as yes`.execute(trx)).rows[0]?.yes

test('a transaction begins with its first statement, and is whole', async () => {
  const began = await db.transaction().execute(async (trx) => {
    await note(trx, 1)
    await note(trx, 2)
    return await inTransaction(trx)
  })
  expect(began).toBe(true)
  expect(await noted()).toEqual([1, 2])
  const failing = db.transaction().execute(async (trx) => {
    await note(trx, 3)
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  expect(await noted()).toEqual([1, 2])
})

test('a transaction without statements, and one that fails before its first, leave nothing open', async () => {
  await db.transaction().execute(() => Promise.resolve())
  await expect(db.transaction().execute(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await inTransaction(db)).toBe(false)
})

test('isolation level and access mode are kept', async () => {
  const level = await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(
      async (trx) => (await sql<{ transaction_isolation: string }>`show transaction_isolation`.execute(trx)).rows[0],
    )
  expect(level).toEqual({ transaction_isolation: 'repeatable read' })
  await expect(
    db
      .transaction()
      .setAccessMode('read only')
      .execute((trx) => note(trx, 1)),
  ).rejects.toThrow('read-only')
})

test('what is sent ahead is done before the next statement, or before the commit', async () => {
  await db.transaction().execute(async (trx) => {
    await noteAhead(trx, 1)
    await noteAhead(trx, 2)
    expect((await sql`select from notes`.execute(trx)).rows).toHaveLength(2)
    await noteAhead(trx, 3)
  })
  expect(await noted()).toEqual([1, 2, 3])
})

test.each(['a statement', 'the commit'])(
  'what fails ahead of %s is told by that, and undoes the transaction',
  async (of) => {
    const failing = db.transaction().execute(async (trx) => {
      await note(trx, 1)
      await noteAhead(trx, 1)
      if (of === 'a statement') await note(trx, 2)
    })
    await expect(failing).rejects.toMatchObject({ constraint: 'notes_pkey' })
    expect(await noted()).toEqual([])
  },
)

test('a statement that failed and was overlooked makes the commit fail', async () => {
  const failing = db.transaction().execute(async (trx) => {
    await note(trx, 1)
    await note(trx, 1).catch(() => undefined)
  })
  await expect(failing).rejects.toThrow('had failed')
  expect(await noted()).toEqual([])
})

test('where the very begin fails, nothing more is done and nothing is called committed', async () => {
  const pool = new Pool({ connectionString: database.url, max: 1 })
  const driver = new PostgresDriver({ pool, prepared: undefined, onConnected: undefined })
  const connection = await driver.acquireConnection()
  await driver.beginTransaction(connection, { isolationLevel: 'nonsense' as 'serializable' })
  const add = (id: number) => connection.executeQuery(CompiledQuery.raw(`insert into notes values (${id})`))
  await expect(add(1)).rejects.toThrow('syntax error')
  await expect(add(2)).rejects.toThrow('syntax error')
  await expect(driver.commitTransaction(connection)).rejects.toThrow()
  await driver.releaseConnection(connection)
  expect(pool.totalCount).toBe(0)
  expect(await noted()).not.toContain(2)
  await driver.destroy()
})

test('a statement is prepared when it comes again, and anew after a migration', async () => {
  const all = (id: number) => sql`select * from notes where id = ${id}`.execute(db)
  for (const id of [1, 2, 3]) await all(id)
  const { rows } = await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(db)
  expect(rows).toContainEqual({ statement: 'select * from notes where id = $1' })

  await sql`alter table notes add column said text not null default ''`.execute(db)
  const fault: unknown = await all(1).catch((error: unknown) => error)
  expect(isStoreUnavailable(fault), String(fault)).toBe(true)
  await note(db, 1)
  expect((await all(1)).rows).toEqual([{ id: 1, said: '' }])
})

test('nothing is prepared where it must not be', async () => {
  const plain = connectDatabase({ databaseUrl: database.url, poolSize: 1, prepares: false })
  for (const id of [1, 2, 3]) await note(plain.db, id)
  const { rows } = await sql`select from pg_prepared_statements`.execute(plain.db)
  await plain.close()
  expect(rows).toEqual([])
})
