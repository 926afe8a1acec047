import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'
import { faultProxy } from '../../test/support/fault-proxy.ts'
import { testRedis } from '../../test/support/redis.ts'
import { connectRedis, untilReady } from '../redis/client.ts'
import { mapKeys, type PerformanceRef } from '../redis/keys.ts'
import { chainAfter, type StoredEntry } from '../redis/map-stream.ts'
import { RedisClock } from './redis-clock.ts'
import { StreamTailer } from './stream-tailer.ts'
import { systemClock } from './system-clock.ts'

const server = await testRedis()
const proxy = await faultProxy(server.port)
const redis = new Redis(server.url)
afterAll(async () => {
  redis.disconnect()
  await proxy.close()
})

const A: PerformanceRef = { id: 'a', partition: 3 }
const B: PerformanceRef = { id: 'b', partition: 3 }

let tailer: StreamTailer
let read: string[]
let troubles: string[]
let connections: Redis[]
const redisClock = new RedisClock(systemClock)

beforeEach(async () => {
  await redis.flushall()
  read = []
  troubles = []
  connections = []
  const commands = connectRedis(server.url, 'commands', () => undefined)
  connections.push(commands)
  await untilReady(commands, 5_000)
  tailer = new StreamTailer({
    commands,
    connectBlocking() {
      const connection = connectRedis(`redis://127.0.0.1:${proxy.port}`, 'blocking', () => undefined)
      connections.push(connection)
      return connection
    },
    clock: systemClock,
    redisClock,
    log: pino({ level: 'silent' }),
    onEntries: (id, entries: readonly StoredEntry[]) => read.push(...entries.map((entry) => `${id} ${entry.id}`)),
    onTrouble: (id, trouble) => troubles.push(`${id} ${trouble}`),
  })
})

afterEach(async () => {
  await tailer.close()
  for (const connection of connections) connection.disconnect()
  proxy.heal()
})

/** Chains of a log in which no operation ever happened. */
const chainOf = (revision: number): string => chainAfter('', `1-${revision}`, '[]')
const at = (revision: number) => ({ epoch: 1, revision, chain: chainOf(revision) })

/** What a script would append. */
async function write(performance: PerformanceRef, revision: number, count = 1): Promise<void> {
  const keys = mapKeys(performance)
  const pipeline = redis.pipeline()
  for (let next = revision; next < revision + count; next++) {
    pipeline.xadd(keys.log, `1-${next}`, 'c', chainOf(next), 'o', '[]')
    pipeline.hset(keys.meta, 'epoch', 1, 'revision', next, 'chain', chainOf(next))
  }
  await pipeline.exec()
}

const ids = (performance: PerformanceRef, first: number, last: number): string[] =>
  Array.from({ length: last - first + 1 }, (_, index) => `${performance.id} 1-${first + index}`)

test('entries come in order, from the given position, the ones before it never', async () => {
  await write(A, 1, 1_500)
  tailer.follow(A, at(3))
  await vi.waitFor(() => expect(read).toEqual(ids(A, 4, 1_500)), 3_000)
  await write(A, 1_501)
  await vi.waitFor(() => expect(read.at(-1)).toBe('a 1-1501'))
  expect(tailer.staleMs('a')).toBeLessThan(600)
  expect(troubles).toEqual([])
})

test('a performance that is added takes effect at once, not at the end of the blocking read', async () => {
  await write(A, 1)
  await write(B, 1)
  tailer.follow(A, at(1))
  await delay(100)
  const times: number[] = []
  for (let revision = 2; revision < 12; revision++) {
    tailer.follow(B, at(revision - 1))
    await write(B, revision)
    const startedMs = performance.now()
    await vi.waitFor(() => expect(read.at(-1)).toBe(`b 1-${revision}`), { interval: 1, timeout: 2_000 })
    times.push(performance.now() - startedMs)
  }
  expect(times.toSorted((one, other) => one - other)[5]).toBeLessThan(250)
})

test('what is no longer followed is no longer told', async () => {
  await write(A, 1)
  tailer.follow(A, at(1))
  await delay(50)
  tailer.unfollow('a')
  await write(A, 2)
  await delay(700)
  expect(read).toEqual([])
  expect(tailer.staleMs('a')).toBe(Infinity)
})

test('[R5] a Redis that is older than what was read, or empty, is noticed within a second or two', async () => {
  await write(A, 1, 9)
  await write(B, 1)
  tailer.follow(A, at(9))
  tailer.follow(B, at(1))
  await redis.hset(mapKeys(A).meta, 'revision', 5)
  await redis.del(mapKeys(B).meta)
  await vi.waitFor(() => expect(troubles).toEqual(expect.arrayContaining(['a rolled back', 'b missing'])), 3_000)
})

test('[R3] another history at the very position that was read is noticed, though nothing follows it', async () => {
  await write(A, 1, 9)
  tailer.follow(A, at(9))
  await delay(1_200)
  expect(troubles).toEqual([])
  await redis.hset(mapKeys(A).meta, 'chain', 'deadbeef')
  await vi.waitFor(() => expect(troubles).toContain('a rewritten'), 3_000)
})

test('[R3] a stream that is gone while its map goes on is noticed', async () => {
  await write(A, 1)
  tailer.follow(A, at(1))
  await redis.hset(mapKeys(A).meta, 'revision', 7)
  await vi.waitFor(() => expect(troubles).toContain('a behind'), 5_000)
})

test('a damaged entry is told, and nothing after it', async () => {
  await write(A, 1)
  await redis.xadd(mapKeys(A).log, '1-2', 'o', '{')
  await write(A, 3)
  tailer.follow(A, at(0))
  await vi.waitFor(() => expect(troubles).toContain('a unreadable'), 3_000)
  await delay(100)
  expect(read).toEqual(['a 1-1'])
})

test('[F8] a cut line makes it stale; after healing nothing is lost, nothing comes twice, and it says so', async () => {
  await write(A, 1)
  tailer.follow(A, at(1))
  await write(A, 2)
  await vi.waitFor(() => expect(read).toEqual(ids(A, 2, 2)))
  proxy.cut()
  await write(A, 3, 5)
  await delay(1_200)
  expect(read).toEqual(ids(A, 2, 2))
  expect(tailer.staleMs('a')).toBeGreaterThan(1_000)
  await vi.waitFor(() => expect(tailer.lagByPartition.get(A.partition)).toBe(5), 2_000)
  proxy.heal()
  await vi.waitFor(() => expect(read).toEqual(ids(A, 2, 7)), 5_000)
  await vi.waitFor(() => expect(troubles).toContain('a reconnected'), 3_000)
  expect(tailer.staleMs('a')).toBeLessThan(1_000)
  await vi.waitFor(() => expect(tailer.lagByPartition.get(A.partition)).toBe(0), 2_000)
})

test('a Redis that stops answering and comes back is read again through a new connection', async () => {
  await write(A, 1)
  tailer.follow(A, at(1))
  await delay(100)
  server.process.kill('SIGSTOP')
  await delay(2_500)
  expect(tailer.staleMs('a')).toBeGreaterThan(1_500)
  server.process.kill('SIGCONT')
  await write(A, 2)
  await vi.waitFor(() => expect(read).toEqual(ids(A, 2, 2)), 8_000)
  expect(connections.length).toBeGreaterThan(2)
})

test("Redis's clock is known after a comparison", async () => {
  await write(A, 1)
  tailer.follow(A, at(1))
  await vi.waitFor(() => expect(redisClock.known).toBe(true), 3_000)
  const [seconds, microseconds] = await redis.time()
  expect(Math.abs(redisClock.nowMs() - (Number(seconds) * 1_000 + Number(microseconds) / 1_000))).toBeLessThan(50)
})
