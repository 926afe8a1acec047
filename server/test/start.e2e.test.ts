import { createServer } from 'node:net'
import { Client } from 'pg'
import { inject, expect, test } from 'vitest'
import { testDatabase } from './support/postgres.ts'
import { testRedis } from './support/redis.ts'
import { runRole } from './support/role-process.ts'

const redis = await testRedis()
const database = await testDatabase()
const GOOD = { DATABASE_URL: database.url, REDIS_URL: redis.url, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'error' }

/** A start that fails: exit code 1 and one line on what to do. */
async function expectComplaint(role: string, env: Readonly<Record<string, string>>, line: RegExp): Promise<void> {
  const { code, output } = await runRole(['--role', role], { ...GOOD, ...env })
  expect(output.trim()).toMatch(line)
  expect(output.trim().split('\n')).toHaveLength(1)
  expect(code).toBe(1)
}

test('a port in use', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const address = other.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  await expectComplaint('node', { PORT: String(port) }, new RegExp(`port ${port} of 127.0.0.1 is in use: .* set PORT`))
  other.close()
})

test.each(['node', 'scheduler'])('%s: Redis missing', async (role) => {
  await expectComplaint(
    role,
    { REDIS_URL: 'redis://:secret@127.0.0.1:1' },
    /^seatcast: Redis at 127\.0\.0\.1:1 does not answer: start it, or set REDIS_URL$/,
  )
})

test.each(['node', 'scheduler'])('%s: PostgreSQL unreachable', async (role) => {
  const env = { DATABASE_URL: 'postgres://user:secret@127.0.0.1:1/x' }
  await expectComplaint(
    role,
    env,
    /^seatcast: PostgreSQL at 127\.0\.0\.1:1 cannot be used: start it, or set DATABASE_URL$/,
  )
})

test('a database that is not migrated', async () => {
  const server = inject('postgresUrl')
  const client = new Client(server)
  await client.connect()
  await client.query('create database never_migrated')
  const env = { DATABASE_URL: server.replace(/\/postgres$/, '/never_migrated') }
  await expectComplaint('node', env, /lacks \d+ migration\(s\): run `npm run seatcast -- migrate`$/)
  await client.query('drop database never_migrated')
  await client.end()
})

test('a Redis that evicts', async () => {
  const { Redis } = await import('ioredis')
  const client = new Redis(redis.url)
  await client.config('SET', 'maxmemory-policy', 'allkeys-lru')
  await expectComplaint('node', {}, /evicts keys .* noeviction$/)
  await client.config('SET', 'maxmemory-policy', 'noeviction')
  await client.quit()
})

test('wrong settings, all of them in one line, without their values', async () => {
  const env = { WORKERS: 'many', PORT: '70000', NODE_ENV: 'production' }
  await expectComplaint(
    'node',
    env,
    /^seatcast: wrong settings: TOKEN_SECRET is missing; PORT must .*; WORKERS must .*$/,
  )
})

test('no role, an unknown role, an unknown option', async () => {
  for (const args of [[], ['--role', 'cook'], ['--rolle', 'node']]) {
    const { code, output } = await runRole(args, GOOD)
    expect(output).toMatch(/^seatcast: .*--rol/)
    expect(code).toBe(1)
  }
})
