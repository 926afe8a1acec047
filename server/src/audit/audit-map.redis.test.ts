import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { testRedis } from '../../test/support/redis.ts'
import { mapKeys } from '../redis/keys.ts'
import { createSeatCommands } from '../seats/seat-commands.ts'
import { auditHistory } from './audit-history.ts'
import { auditMap } from './audit-map.ts'
import { readMapDump } from './map-dump.ts'

const server = await testRedis()
const redis = new Redis(server.url, { protocol: 2 })
const commands = createSeatCommands(redis)
afterAll(() => redis.disconnect())

let target = { id: randomUUID(), partition: 3, epoch: 1 }
let keys = mapKeys(target)

/** A map of 30 seats with three holds, one of them changed and one released, and a few blocked seats. */
beforeEach(async () => {
  target = { id: randomUUID(), partition: 3, epoch: 1 }
  keys = mapKeys(target)
  const facts = { status: 'on_sale', opensAtMs: 0, holdMs: 60_000, maxSeatsPerBuyer: 6 } as const
  await commands.loadMap(target, { facts, seatCount: 30, blockedSeats: [29], holds: [] })
  await commands.hold(target, { buyer: 'ana', seats: [1, 2] })
  await commands.hold(target, { buyer: 'ben', seats: [3, 4, 5] })
  await commands.hold(target, { buyer: 'cho', seats: [9] })
  await commands.swap(target, { buyer: 'ana', release: [1], hold: [7] })
  await commands.release(target, { buyer: 'cho' })
  await commands.setBlocked(target, { block: [20, 21] })
})

async function violated(): Promise<string[]> {
  const dump = await readMapDump(redis, target)
  if (dump === undefined) throw new Error('there is no map')
  return [...auditMap(dump), ...(await auditHistory(dump))].flatMap(({ name, count }) => (count > 0 ? [name] : []))
}

describe('the audit of a map', () => {
  test('[R6] a map that only scripts touched passes every check', async () => {
    expect(await violated()).toEqual([])
  })

  test('a log that continues after a checkpoint still replays', async () => {
    await commands.checkpoint(target, 0)
    await commands.hold(target, { buyer: 'dan', seats: [11] })
    expect(await violated()).toEqual([])
  })

  test('no map: nothing to check', async () => {
    expect(await readMapDump(redis, { id: 'nobody', partition: 0 })).toBeUndefined()
  })

  test('a seat freed behind the scripts is found in states, holds and replay', async () => {
    await redis.setrange(keys.seats, 3, '0')
    expect(await violated()).toEqual(['seat_states', 'replay'])
  })

  test('[H2] an owner that was overwritten is found', async () => {
    await redis.hset(keys.owners, '3', `h:${randomUUID()}`)
    expect(await violated()).toEqual(['seat_states', 'holds'])
  })

  test('[H5] a hold past its deadline is found', async () => {
    const [holdId] = await redis.zrange(keys.deadlines, '0', '0')
    await redis.zadd(keys.deadlines, Date.now() - 5_000, holdId ?? '')
    expect(await violated()).toEqual(['holds', 'deadlines'])
  })

  test('[H8] a buyer above the limit is found', async () => {
    await redis.hset(keys.meta, 'maxSeatsPerBuyer', 2)
    expect(await violated()).toEqual(['buyer_limit'])
  })

  test('a buyer who lost their record is found', async () => {
    await redis.hdel(keys.buyers, 'ben')
    expect(await violated()).toEqual(['buyers'])
  })

  test('[R2] a missing revision is found', async () => {
    const [entry] = await redis.xrange(keys.log, '1-3', '1-3')
    await redis.xdel(keys.log, entry?.[0] ?? '')
    expect(await violated()).toContain('revisions')
  })

  test('an entry that no script wrote is found, and the audit goes on', async () => {
    const revision = await redis.hincrby(keys.meta, 'revision', 1)
    await redis.xadd(keys.log, `1-${revision}`, 'c', 'x', 'o', '[{"k":')
    expect(await violated()).toEqual(['revisions'])
  })

  test('[R3] a rewritten entry is found by the chain', async () => {
    const entries = await redis.xrange(keys.log, '-', '+')
    await redis.del(keys.log)
    for (const [id, fields] of entries) {
      await redis.xadd(keys.log, id, ...fields.map((field) => field.replaceAll('"r":"swapped"', '"r":"held"')))
    }
    expect(await violated()).toEqual(['revisions'])
  })
})
