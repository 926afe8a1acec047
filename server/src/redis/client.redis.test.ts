import { afterEach, expect, test } from 'vitest'
import type { Redis } from 'ioredis'
import { testRedis } from '../../test/support/redis.ts'
import {
  BLOCK_MS,
  connectRedis,
  redisRunId,
  type RedisPurpose,
  requireRedis7,
  UnsuitableRedisError,
  untilReady,
} from './client.ts'

const server = await testRedis()
const opened: Redis[] = []

function open(purpose: RedisPurpose, url = server.url): Redis {
  const redis = connectRedis(url, purpose, () => undefined)
  opened.push(redis)
  return redis
}

afterEach(() => opened.splice(0).forEach((redis) => redis.disconnect()))

test('a suitable Redis is recognised, and its run has an id', async () => {
  const redis = open('commands')
  await untilReady(redis, 5_000)
  await requireRedis7(redis)
  expect(await redisRunId(redis)).toMatch(/^[0-9a-f]{40}$/)
})

test('a Redis that evicts keys is refused', async () => {
  const redis = open('commands')
  await untilReady(redis, 5_000)
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru')
  await expect(requireRedis7(redis)).rejects.toThrow(UnsuitableRedisError)
  await redis.config('SET', 'maxmemory-policy', 'noeviction')
})

test('a command while Redis is away is a fault at once, not a wait', async () => {
  const redis = open('commands', 'redis://127.0.0.1:1')
  const startedMs = performance.now()
  await expect(redis.get('x')).rejects.toThrow()
  expect(performance.now() - startedMs).toBeLessThan(500)
  await expect(untilReady(redis, 100)).rejects.toThrow('not ready within 100 ms')
})

test('a blocking read that ends empty is no fault', async () => {
  const redis = open('blocking')
  await untilReady(redis, 5_000)
  expect(await redis.xread('BLOCK', BLOCK_MS, 'STREAMS', 'nothing', '0-0')).toBeNull()
})

test('a blocking connection whose server stopped answering is given up', async () => {
  const redis = open('blocking')
  await untilReady(redis, 5_000)
  server.process.kill('SIGSTOP')
  try {
    const startedMs = performance.now()
    await expect(redis.xread('BLOCK', BLOCK_MS, 'STREAMS', 'nothing', '0-0')).rejects.toThrow()
    expect(performance.now() - startedMs).toBeLessThan(4_000)
  } finally {
    server.process.kill('SIGCONT')
  }
  await untilReady(redis, 5_000)
  expect(await redis.ping()).toBe('PONG')
})

test('a command that Redis does not answer is a fault', async () => {
  const redis = open('commands')
  await untilReady(redis, 5_000)
  server.process.kill('SIGSTOP')
  try {
    await expect(redis.get('x')).rejects.toThrow('timed out')
  } finally {
    server.process.kill('SIGCONT')
  }
})
