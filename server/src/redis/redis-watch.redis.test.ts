import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { eventually } from '../../test/support/eventually.ts'
import { faultProxy } from '../../test/support/fault-proxy.ts'
import { testRedis } from '../../test/support/redis.ts'
import { connectRedis, untilReady } from './client.ts'
import { watchRedis } from './redis-watch.ts'

const server = await testRedis()
const ends: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

async function watched(url: string) {
  const redis = connectRedis(url, 'commands', () => undefined)
  ends.push(() => redis.disconnect())
  await untilReady(redis, 5_000)
  const watch = watchRedis(redis, pino({ level: 'silent' }))
  ends.push(() => watch.stop())
  return { redis, watch }
}

test('a Redis that hangs is noticed within 3 s, and when it goes on', async () => {
  const { watch } = await watched(server.url)
  expect(watch.answers).toBe(true)
  server.process.kill('SIGSTOP')
  try {
    await eventually('it does not answer', 3_000, () => !watch.answers)
    await delay(3_000)
    expect(watch.answers).toBe(false)
  } finally {
    server.process.kill('SIGCONT')
  }
  await eventually('it answers again', 4_000, () => watch.answers)
})

test('a line that swallows everything is replaced by another, although nothing closes it', async () => {
  const proxy = await faultProxy(Number(new URL(server.url).port))
  ends.push(() => proxy.close())
  const { redis, watch } = await watched(`redis://127.0.0.1:${proxy.port}`)
  proxy.hang()
  await eventually('it does not answer', 3_000, () => !watch.answers)
  await eventually('it answers over another line', 4_000, () => watch.answers)
  expect(await redis.ping()).toBe('PONG')
})
