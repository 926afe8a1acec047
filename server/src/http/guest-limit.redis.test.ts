import { afterAll, beforeAll, expect, test } from 'vitest'
import { testRedis } from '../../test/support/redis.ts'
import { connectRedis, untilReady } from '../redis/client.ts'
import { guestLimit } from './guest-limit.ts'

const server = await testRedis()
const redis = connectRedis(server.url, 'commands', () => undefined)
beforeAll(() => untilReady(redis, 5_000))
afterAll(() => redis.disconnect())

test('two nodes count together; each address by itself; the wait is what is left of the minute', async () => {
  const [one, other] = [guestLimit(redis, 3), guestLimit(redis, 3)]
  expect([await one('a'), await other('a'), await one('a')]).toEqual([0, 0, 0])
  for (const limit of [other, one, other]) {
    const waitMs = await limit('a')
    expect(waitMs).toBeGreaterThan(50_000)
    expect(waitMs).toBeLessThanOrEqual(60_000)
  }
  expect(await other('b')).toBe(0)
  expect(await redis.pttl('guests:a')).toBeGreaterThan(50_000)
})

test('while Redis is away each worker counts by itself, at once', async () => {
  const away = connectRedis('redis://127.0.0.1:1', 'commands', () => undefined)
  const limit = guestLimit(away, 2)
  const startedMs = performance.now()
  expect([await limit('c'), await limit('c')]).toEqual([0, 0])
  expect(await limit('c')).toBeGreaterThan(0)
  expect(performance.now() - startedMs).toBeLessThan(500)
  away.disconnect()
})
