import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../../test/support/postgres.ts'
import { connectDatabase, type DatabaseClient } from './client.ts'
import { migrate } from './migrate.ts'

let database: TestDatabase
let client: DatabaseClient

beforeAll(async () => {
  database = await testDatabase()
  client = connectDatabase({ databaseUrl: database.url })
})
afterAll(async () => {
  await client.close()
  await database.drop()
})

const wipe = () => sql`drop schema public cascade; create schema public`.execute(client.db)

test('migrations run on an empty database, and a second time there is nothing to do', async () => {
  await wipe()
  const applied = await migrate(client.db)
  expect(applied.length).toBeGreaterThanOrEqual(3)
  expect(applied).toEqual(applied.toSorted())
  expect(await migrate(client.db)).toEqual([])
})

test('eight processes that migrate at once apply every migration once', async () => {
  await wipe()
  const clients = Array.from({ length: 8 }, () => connectDatabase({ databaseUrl: database.url, poolSize: 1 }))
  const applied = await Promise.all(clients.map(({ db }) => migrate(db)))
  await Promise.all(clients.map((other) => other.close()))
  const names = applied.flat()
  expect(new Set(names).size).toBe(names.length)
  expect(names.length).toBeGreaterThanOrEqual(3)
})

test('a migration that fails is named, leaves nothing of itself, and can be repaired', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'seatcast-migrations-'))
  await wipe()
  await writeFile(join(directory, '0001_first.sql'), 'create table first (id int)')
  await writeFile(join(directory, '0002_second.sql'), 'create table second (id int); select 1 / 0')
  await expect(migrate(client.db, directory)).rejects.toThrow('0002_second')
  const { rows } = await sql`select 1 from pg_tables where tablename = 'second'`.execute(client.db)
  expect(rows).toEqual([])
  await writeFile(join(directory, '0002_second.sql'), 'create table second (id int)')
  expect(await migrate(client.db, directory)).toContain('0002_second')
  await rm(directory, { recursive: true })
})

test('every column that holds a number says its unit or meaning', async () => {
  await wipe()
  await migrate(client.db)
  const { rows } = await sql<{ name: string }>`
    select format('%s.%s', attrelid::regclass, attname) as name
    from pg_attribute
    join pg_class on pg_class.oid = attrelid and relkind = 'r' and relnamespace = 'public'::regnamespace
    where attnum > 0 and atttypid in ('int4'::regtype, 'int8'::regtype)
      and col_description(attrelid, attnum) is null and relname not like 'kysely%'`.execute(client.db)
  expect(rows).toEqual([])
})
