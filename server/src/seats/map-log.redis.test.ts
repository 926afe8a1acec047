import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testRedis } from '../../test/support/redis.ts'
import { createSeatWorld, HOLD_MS } from '../../test/support/seat-world.ts'
import { connectRedis, untilReady } from '../redis/client.ts'
import { requestKey } from '../redis/keys.ts'
import { chainAfter, decodeEntry } from '../redis/map-stream.ts'

const server = await testRedis()
const redis = connectRedis(server.url, 'commands', () => undefined)
beforeAll(() => untilReady(redis, 5_000))
afterAll(() => redis.disconnect())

describe('repeats', () => {
  test('[H9] the same request has one effect and gets the same answer, whatever happened in between', async () => {
    const { commands, target, wait, seats } = await createSeatWorld(redis)
    const request = { buyer: 'ann', seats: [1], requestId: 'r1' }
    const first = await commands.hold(target, request)
    await wait(1_000)
    await commands.release(target, { buyer: 'ann' })
    expect(await commands.hold(target, request)).toEqual(first)
    expect(await seats()).toBe('0000000000')
    expect(await redis.pttl(requestKey(target, 'ann', 'r1'))).toBeGreaterThan(55_000)
  })

  test('[H9] a refusal is remembered too, and belongs to its buyer', async () => {
    const { commands, target } = await createSeatWorld(redis)
    await commands.hold(target, { buyer: 'bob', seats: [1] })
    const refusal = await commands.hold(target, { buyer: 'ann', seats: [1], requestId: 'r1' })
    await commands.release(target, { buyer: 'bob' })
    expect(await commands.hold(target, { buyer: 'ann', seats: [1], requestId: 'r1' })).toEqual(refusal)
    expect(await commands.hold(target, { buyer: 'cem', seats: [1], requestId: 'r1' })).toMatchObject({ ok: true })
  })

  test('[H9] a repeat carries the final acknowledgement, once that is known', async () => {
    const { commands, target } = await createSeatWorld(redis)
    const request = { buyer: 'ann', seats: [1], requestId: 'r1' }
    expect(await commands.rememberAnswer(target, 'ann', 'r1', '{}')).toBe(false)
    const first = await commands.hold(target, request)
    expect(await commands.rememberAnswer(target, 'ann', 'r1', '{"node":1}')).toBe(true)
    expect(await commands.rememberAnswer(target, 'ann', 'r1', '{"node":2}')).toBe(true)
    expect(await commands.hold(target, request)).toEqual({ ...first, remembered: '{"node":2}' })
  })
})

describe('epochs and the log', () => {
  test('[R4] a call for another epoch changes nothing, and is not remembered', async () => {
    const { commands, target, contents } = await createSeatWorld(redis)
    const before = await contents()
    const late = { ...target, epoch: 7 }
    const wrong = { ok: false, code: 'WRONG_EPOCH', epoch: 1 }
    expect(await commands.hold(late, { buyer: 'ann', seats: [1], requestId: 'r1' })).toEqual(wrong)
    expect(await commands.release(late, { buyer: 'ann' })).toEqual(wrong)
    expect(await commands.expireDue(late)).toEqual(wrong)
    expect(await commands.setSale(late, { status: 'paused' })).toEqual(wrong)
    expect(await commands.setBlocked(late, { block: [1] })).toEqual(wrong)
    expect(await commands.checkpoint(late)).toEqual(wrong)
    expect(await contents()).toEqual(before)
    expect(await commands.hold(target, { buyer: 'ann', seats: [1], requestId: 'r1' })).toMatchObject({ ok: true })
  })

  test('[R5] without a map every command says so', async () => {
    const { commands } = await createSeatWorld(redis)
    const nowhere = { id: 'nowhere', partition: 3, epoch: 1 }
    await redis.set('{p3}:nowhere:meta:now', 1)
    expect(await commands.hold(nowhere, { buyer: 'ann', seats: [1] })).toEqual({ ok: false, code: 'NO_MAP' })
    expect(await commands.expireDue(nowhere)).toEqual({ ok: false, code: 'NO_MAP' })
    expect(await commands.readMap(nowhere)).toBeUndefined()
  })

  test('an entry says when its script ran, outside the chain', async () => {
    const { commands, target, wait, keys } = await createSeatWorld(redis, { status: 'scheduled' })
    await wait(1_234)
    await commands.setSale(target, { status: 'on_sale' })
    const entries = (await redis.xrange(keys.log, '-', '+')).map(([id, fields]) => decodeEntry(id, fields))
    expect(entries.map(({ atMs }) => atMs)).toEqual([1_700_000_000_000, 1_700_000_001_234])
    const [start, sale] = entries
    expect(sale?.chain).toBe(chainAfter(start?.chain ?? '', '1-2', sale?.text ?? ''))
  })

  test('[R6] the base snapshot is renewed when the log has grown enough', async () => {
    const { commands, target, keys } = await createSeatWorld(redis)
    await commands.hold(target, { buyer: 'ann', seats: [1] })
    expect(await commands.checkpoint(target, 2)).toEqual({ ok: true, renewed: false })
    await commands.hold(target, { buyer: 'ann', seats: [2] })
    expect(await commands.checkpoint(target, 2)).toEqual({ ok: true, renewed: true })
    expect(await redis.hgetall(keys.base)).toMatchObject({ epoch: '1', revision: '3', seats: '0110000000' })
  })

  test('[R1] the whole map is read at one revision', async () => {
    const { commands, target } = await createSeatWorld(redis, { blockedSeats: [9] })
    const held = await commands.hold(target, { buyer: 'ann', seats: [1] })
    expect(await commands.readMap(target)).toEqual({
      epoch: 1,
      revision: 2,
      chain: await redis.hget(`{p3}:${target.id}:meta`, 'chain'),
      seatCount: 10,
      status: 'on_sale',
      opensAtMs: 0,
      seats: Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 0, 0, 4),
      holds: [
        { holdId: held.ok ? held.holdId : '', buyer: 'ann', deadlineMs: 1_700_000_000_000 + HOLD_MS, seats: [1] },
      ],
      orders: [],
      counts: { owners: 1, deadlines: 1, buyers: 1 },
      redisNowMs: 1_700_000_000_000,
    })
  })
})
