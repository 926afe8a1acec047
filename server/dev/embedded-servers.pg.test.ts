import { Client } from 'pg'
import { expect, test } from 'vitest'
import { testDatabase } from '../test/support/postgres.ts'
import { testRedis } from '../test/support/redis.ts'
import { Redis } from 'ioredis'

const redis = await testRedis()

test('a test database is a clone of its own on PostgreSQL 18', async () => {
  const [first, second] = [await testDatabase(), await testDatabase()]
  const client = new Client(first.url)
  await client.connect()
  await client.query('create table only_here (id int)')
  const version = await client.query<{ server_version: string }>('show server_version')
  expect(version.rows[0]?.server_version).toMatch(/^18\./)
  await client.end()

  const other = new Client(second.url)
  await other.connect()
  await expect(other.query('select * from only_here')).rejects.toThrow(/does not exist/)
  await other.end()
  await first.drop()
  await second.drop()
})

test('a test Redis is empty, never evicts and writes nothing', async () => {
  const client = new Redis(redis.url)
  expect(await client.dbsize()).toBe(0)
  expect(await client.config('GET', 'maxmemory-policy')).toContain('noeviction')
  expect(await client.config('GET', 'appendonly')).toContain('no')
  await client.quit()
})
