import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testRedis } from '../../test/support/redis.ts'
import { createSeatWorld, HOLD_MS } from '../../test/support/seat-world.ts'
import { auditMap } from '../audit/audit-map.ts'
import { readMapDump } from '../audit/map-dump.ts'
import { connectRedis, untilReady } from '../redis/client.ts'

const server = await testRedis()
const redis = connectRedis(server.url, 'commands', () => undefined)
beforeAll(() => untilReady(redis, 5_000))
afterAll(() => redis.disconnect())

describe('expiry', () => {
  test('[H5] a hold lives until its deadline and not a millisecond longer', async () => {
    const { commands, target, wait, seats, log } = await createSeatWorld(redis)
    await commands.hold(target, { buyer: 'ann', seats: [1, 2] })
    await wait(HOLD_MS - 1)
    expect(await commands.expireDue(target)).toMatchObject({ ended: 0, nextInMs: 1 })
    expect(await seats()).toBe('0110000000')
    await wait(1)
    expect(await commands.expireDue(target)).toMatchObject({ ended: 1, nextInMs: null })
    expect(await seats()).toBe('0000000000')
    expect((await log()).at(-1)).toMatchObject([{ k: 'hold', b: 'ann', s: [], r: 'expired', c: [8, 16] }])
  })

  test('[H5] a hold that is overdue ends as a whole in the script that touches one of its seats, in the same entry', async () => {
    const { commands, target, wait, seats, log } = await createSeatWorld(redis)
    await commands.hold(target, { buyer: 'ann', seats: [1, 2] })
    await wait(HOLD_MS)
    expect(await commands.hold(target, { buyer: 'bob', seats: [2] })).toMatchObject({ ok: true, revision: 3 })
    expect(await seats()).toBe('0010000000')
    expect((await log()).at(-1)).toMatchObject([
      { b: 'ann', s: [], r: 'expired', c: [8, 16] },
      { b: 'bob', s: [2], r: 'held', c: [17] },
    ])
  })

  test('[H5] a refused act still ends the overdue holds that it touched', async () => {
    const { commands, target, wait, seats, log } = await createSeatWorld(redis, { blockedSeats: [3] })
    await commands.hold(target, { buyer: 'ann', seats: [1, 2] })
    await wait(HOLD_MS)
    expect(await commands.hold(target, { buyer: 'bob', seats: [2, 3] })).toEqual({
      ok: false,
      code: 'SEAT_TAKEN',
      seats: [3],
    })
    expect(await seats()).toBe('0004000000')
    expect(await log()).toHaveLength(3)
  })

  test('[H3] a late release cannot free the seat of the next buyer', async () => {
    const { commands, target, wait, seats } = await createSeatWorld(redis)
    await commands.hold(target, { buyer: 'ann', seats: [1] })
    await wait(HOLD_MS)
    await commands.hold(target, { buyer: 'bob', seats: [1] })
    expect(await commands.release(target, { buyer: 'ann', seats: [1] })).toMatchObject({
      ok: true,
      holdId: null,
      seats: [],
    })
    expect(await seats()).toBe('0100000000')
  })

  test('[H3] a record of a lost history frees nothing of the present owners', async () => {
    const { commands, target, wait, seats, keys, contents } = await createSeatWorld(redis)
    await commands.hold(target, { buyer: 'bob', seats: [1] })
    const left = { buyer: 'ann', deadlineMs: 1_700_000_001_000, startedMs: 1_700_000_000_000, address: '', seats: [1] }
    await redis.hset(keys.holds, 'left-over', JSON.stringify(left))
    await redis.zadd(keys.deadlines, left.deadlineMs, 'left-over')
    await wait(2_000)
    expect(await commands.expireDue(target)).toMatchObject({ ended: 1 })
    expect(await seats()).toBe('0100000000')
    expect(Object.keys((await contents()).holds)).not.toContain('left-over')
  })

  test('[H5] a damaged hold stops nobody: the others end, its seats stay held, the audit names it', async () => {
    const { commands, target, wait, seats, keys } = await createSeatWorld(redis, { seatCount: 8 })
    const damages = ['{"buyer":', '7', '{"buyer":"cem","seats":[4]}']
    for (const [place, damage] of damages.entries()) {
      const held = await commands.hold(target, { buyer: `bad${place}`, seats: [place] })
      await redis.hset(keys.holds, held.ok && held.holdId !== null ? held.holdId : '', damage)
    }
    await commands.hold(target, { buyer: 'ann', seats: [6, 7] })
    await redis.hset(keys.budgets, 'ann', '{')
    await wait(HOLD_MS)
    expect(await commands.expireDue(target)).toMatchObject({ ok: true, ended: 1, nextInMs: null })
    expect(await seats()).toBe('11100000')
    expect(await redis.hvals(keys.holds)).toEqual(expect.arrayContaining(damages))
    // Neither its owner nor who wants its seat meets a fault.
    expect(await commands.hold(target, { buyer: 'bob', seats: [1] })).toEqual({
      ok: false,
      code: 'SEAT_TAKEN',
      seats: [1],
    })
    expect(await commands.hold(target, { buyer: 'bad0', seats: [5] })).toMatchObject({ ok: true, seats: [5] })
    const dump = await readMapDump(redis, target)
    const findings = dump === undefined ? [] : auditMap(dump).find(({ name }) => name === 'holds')?.examples
    expect(findings?.filter((finding) => finding.endsWith('cannot be read'))).toHaveLength(2)
  })

  test('[H5] more damaged holds than a batch has do not starve the others', async () => {
    const { commands, target, wait, seats, keys } = await createSeatWorld(redis, { seatCount: 2 })
    await commands.hold(target, { buyer: 'ann', seats: [1] })
    await Promise.all(Array.from({ length: 450 }, (_, place) => redis.hset(keys.holds, `bad${place}`, '{')))
    await Promise.all(Array.from({ length: 450 }, (_, place) => redis.zadd(keys.deadlines, 1, `bad${place}`)))
    await wait(HOLD_MS)
    expect(await commands.expireDue(target)).toMatchObject({ ok: true, ended: 1, nextInMs: null })
    expect(await seats()).toBe('00')
  })

  test('[H5] more overdue holds than a batch has all end', async () => {
    const { commands, target, wait, seats, log } = await createSeatWorld(redis, { seatCount: 450 })
    await Promise.all(
      Array.from({ length: 450 }, (_, seat) => commands.hold(target, { buyer: `b${seat}`, seats: [seat] })),
    )
    await wait(HOLD_MS)
    const before = (await log()).length
    expect(await commands.expireDue(target)).toMatchObject({ ok: true, ended: 450, nextInMs: null })
    expect(await seats()).toBe('0'.repeat(450))
    expect((await log()).length - before).toBe(3)
  })
})
