import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testRedis } from '../../test/support/redis.ts'
import { createSeatWorld, HOLD_MS } from '../../test/support/seat-world.ts'
import { connectRedis, untilReady } from '../redis/client.ts'

const server = await testRedis()
const redis = connectRedis(server.url, 'commands', () => undefined)
beforeAll(() => untilReady(redis, 5_000))
afterAll(() => redis.disconnect())

describe('holding', () => {
  test('[H1] a hold contains all seats asked for, or nothing changed and the seats in the way are named', async () => {
    const { commands, target, seats } = await createSeatWorld(redis)
    await commands.hold(target, { buyer: 'ann', seats: [3, 4] })
    const answer = await commands.hold(target, { buyer: 'bob', seats: [2, 3, 4, 5] })
    expect(answer).toEqual({ ok: false, code: 'SEAT_TAKEN', seats: [3, 4] })
    expect(await seats()).toBe('0001100000')
  })

  test('[H4] a hold grows, and its clock does not restart', async () => {
    const { commands, target, wait } = await createSeatWorld(redis)
    const first = await commands.hold(target, { buyer: 'ann', seats: [1] })
    await wait(10_000)
    const second = await commands.hold(target, { buyer: 'ann', seats: [2] })
    expect(first).toMatchObject({ ok: true, seats: [1], expiresInMs: HOLD_MS })
    expect(second).toMatchObject({ ok: true, seats: [1, 2], expiresInMs: HOLD_MS - 10_000 })
    expect(first.ok && second.ok && first.holdId === second.holdId).toBe(true)
  })

  test('[H6] holding a seat one already holds is success and no revision', async () => {
    const { commands, target } = await createSeatWorld(redis)
    const first = await commands.hold(target, { buyer: 'ann', seats: [1, 2] })
    expect(await commands.hold(target, { buyer: 'ann', seats: [2] })).toEqual(first)
  })

  test('[H8] held and ordered seats together never exceed the limit', async () => {
    const { commands, target, keys } = await createSeatWorld(redis)
    await redis.hset(keys.buyers, 'ann', '{"holdId":"","held":0,"ordered":2}')
    expect(await commands.hold(target, { buyer: 'ann', seats: [1, 2, 3] })).toEqual({
      ok: false,
      code: 'LIMIT_EXCEEDED',
    })
    expect(await commands.hold(target, { buyer: 'ann', seats: [1, 2] })).toMatchObject({ ok: true })
  })

  test('[H8] seats held from one address are limited, and freed with the hold', async () => {
    const { commands, target, wait, contents } = await createSeatWorld(redis)
    const address = { address: 'hash', addressMax: 3 }
    await commands.hold(target, { buyer: 'ann', seats: [1, 2], ...address })
    expect(await commands.hold(target, { buyer: 'bob', seats: [3, 4], ...address })).toMatchObject({
      code: 'LIMIT_EXCEEDED',
    })
    expect((await contents()).addresses).toEqual({ hash: '2' })
    await wait(HOLD_MS)
    await commands.expireDue(target)
    expect((await contents()).addresses).toEqual({})
  })

  test('[H10] a scheduled sale is open from its time on by Redis’s clock, even before anybody opened it', async () => {
    const { commands, target, wait, log } = await createSeatWorld(redis, {
      status: 'scheduled',
      opensAtMs: 1_700_000_005_000,
    })
    expect(await commands.hold(target, { buyer: 'ann', seats: [1] })).toEqual({ ok: false, code: 'NOT_ON_SALE' })
    expect(await commands.expireDue(target)).toMatchObject({ opened: false, nextInMs: 5_000 })
    await wait(5_000)
    expect(await commands.hold(target, { buyer: 'ann', seats: [1] })).toMatchObject({ ok: true })
    expect(await commands.expireDue(target)).toMatchObject({ ok: true, opened: true, nextInMs: HOLD_MS })
    expect((await log()).at(-1)).toEqual([{ k: 'sale', status: 'on_sale', opensAtMs: 1_700_000_005_000 }])
    expect(await commands.expireDue(target)).toMatchObject({ opened: false })
  })

  test.for([[[10]], [[-1]], [[1, 1]], [[0.5]], [[]]])(
    '[H1] seats %j are a bad request and change nothing',
    async ([seats]) => {
      const { commands, target, contents } = await createSeatWorld(redis)
      await commands.hold(target, { buyer: 'ann', seats: [1] })
      const before = await contents()
      const bad = { ok: false, code: 'BAD_REQUEST' }
      expect(await commands.hold(target, { buyer: 'ann', seats: seats ?? [] })).toEqual(bad)
      expect(await commands.release(target, { buyer: 'ann', seats: seats ?? [] })).toEqual(bad)
      expect(await commands.swap(target, { buyer: 'ann', release: [1], hold: seats ?? [] })).toEqual(bad)
      expect(
        await commands.holdFirstFree(target, { buyer: 'ann', candidates: [[2], seats ?? []], replace: false }),
      ).toEqual(bad)
      expect(await contents()).toEqual(before)
    },
  )

  test("[H9] another command's requestId is refused and changes nothing; its own is still remembered", async () => {
    const { commands, target, contents } = await createSeatWorld(redis)
    const hold = { buyer: 'ann', seats: [1], requestId: 'r' }
    const held = await commands.hold(target, hold)
    const before = await contents()
    const reused = { ok: false, code: 'REQUEST_ID_REUSED' }
    const request = { buyer: 'ann', requestId: 'r' }
    expect(await commands.release(target, request)).toEqual(reused)
    expect(await commands.swap(target, { ...request, release: [1], hold: [2] })).toEqual(reused)
    expect(await commands.holdFirstFree(target, { ...request, candidates: [[3]], replace: false })).toEqual(reused)
    expect(await contents()).toEqual(before)
    expect(await commands.hold(target, hold)).toEqual(held)
  })

  test('[H12] holds above the squatting budget cool down until the hour is over; a hold that is going on may grow', async () => {
    const { commands, target, wait } = await createSeatWorld(redis)
    const budget = { buyer: 'ann', budgetMs: HOLD_MS }
    await commands.hold(target, { ...budget, seats: [1] })
    await wait(HOLD_MS + 5_000)
    // The overdue hold is charged with its own length, in the hour that began with it.
    expect(await commands.hold(target, { ...budget, seats: [2] })).toEqual({
      ok: false,
      code: 'COOL_DOWN',
      retryInMs: 3_600_000 - HOLD_MS - 5_000,
    })
    await wait(3_600_000 - HOLD_MS - 5_001)
    expect(await commands.hold(target, { ...budget, seats: [2] })).toEqual({
      ok: false,
      code: 'COOL_DOWN',
      retryInMs: 1,
    })
    await wait(1)
    expect(await commands.hold(target, { ...budget, seats: [2] })).toMatchObject({ ok: true })
    expect(await commands.hold(target, { ...budget, seats: [3] })).toMatchObject({ ok: true, seats: [2, 3] })
  })

  test('[H12] who has no budget leaves no record of one', async () => {
    const { commands, target, wait, keys } = await createSeatWorld(redis)
    await commands.hold(target, { buyer: 'ann', seats: [1] })
    await commands.hold(target, { buyer: 'bob', seats: [2] })
    await commands.release(target, { buyer: 'bob' })
    await wait(HOLD_MS)
    await commands.expireDue(target)
    expect(await redis.exists(keys.budgets)).toBe(0)
  })

  test('[H12] budgets are forgotten once nothing can be charged to them any more', async () => {
    const { commands, target, wait, keys } = await createSeatWorld(redis, { seatCount: 450 })
    const limits = { budgetMs: HOLD_MS }
    const hold = (seat: number) => commands.hold(target, { buyer: `b${seat}`, seats: [seat], ...limits })
    await Promise.all(Array.from({ length: 350 }, (_, seat) => hold(seat)))
    await redis.hset(keys.budgets, 'damaged', '{')
    await wait(HOLD_MS)
    await commands.expireDue(target)
    await wait(3_600_000)
    await hold(400)
    await wait(3_600_000)
    for (let look = 0; look < 100 && (await redis.hlen(keys.budgets)) > 1; look++) await commands.checkpoint(target)
    expect(await redis.hkeys(keys.budgets)).toEqual(['b400'])
  })
})

describe('releasing, swapping, choosing', () => {
  test('[H6] releasing a seat that is not mine changes nothing and is ok', async () => {
    const { commands, target } = await createSeatWorld(redis)
    await commands.hold(target, { buyer: 'bob', seats: [1] })
    const mine = await commands.hold(target, { buyer: 'ann', seats: [2] })
    expect(await commands.release(target, { buyer: 'ann', seats: [1, 5] })).toEqual(mine)
    expect(await commands.release(target, { buyer: 'cem' })).toMatchObject({ ok: true, holdId: null, revision: 3 })
  })

  test('[H3] a release works when the sale is closed', async () => {
    const { commands, target, seats } = await createSeatWorld(redis)
    await commands.hold(target, { buyer: 'ann', seats: [1, 2] })
    await commands.setSale(target, { status: 'closed' })
    expect(await commands.release(target, { buyer: 'ann', seats: [1] })).toMatchObject({ ok: true, seats: [2] })
    expect(await commands.release(target, { buyer: 'ann' })).toMatchObject({ ok: true, holdId: null })
    expect(await seats()).toBe('0000000000')
  })

  test('[H7] a swap that cannot have the new seats keeps the old ones', async () => {
    const { commands, target, seats } = await createSeatWorld(redis)
    await commands.hold(target, { buyer: 'bob', seats: [5] })
    await commands.hold(target, { buyer: 'ann', seats: [1, 2] })
    expect(await commands.swap(target, { buyer: 'ann', release: [1, 2], hold: [4, 5] })).toMatchObject({
      code: 'SEAT_TAKEN',
      seats: [5],
    })
    expect(await seats()).toBe('0110010000')
  })

  test('[H7] a swap counts the net against the limit and keeps the clock', async () => {
    const { commands, target, wait } = await createSeatWorld(redis)
    await commands.hold(target, { buyer: 'ann', seats: [1, 2, 3, 4] })
    await wait(1_000)
    const swap = { buyer: 'ann', release: [1, 2], hold: [5, 6] }
    expect(await commands.swap(target, swap)).toMatchObject({
      ok: true,
      seats: [3, 4, 5, 6],
      expiresInMs: HOLD_MS - 1_000,
    })
    expect(await commands.swap(target, { buyer: 'ann', release: [3], hold: [7, 8] })).toMatchObject({
      code: 'LIMIT_EXCEEDED',
    })
    expect(await commands.swap(target, { buyer: 'bob', release: [3], hold: [9] })).toMatchObject({ code: 'NO_HOLD' })
  })

  test('[A2] the first candidate that is wholly free is held; none is NO_BLOCK', async () => {
    const { commands, target } = await createSeatWorld(redis)
    await commands.hold(target, { buyer: 'bob', seats: [2] })
    const best = { buyer: 'ann', replace: false }
    expect(
      await commands.holdFirstFree(target, {
        ...best,
        candidates: [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      }),
    ).toMatchObject({ ok: true, seats: [3, 4] })
    expect(
      await commands.holdFirstFree(target, {
        ...best,
        candidates: [
          [1, 2],
          [4, 5],
        ],
      }),
    ).toEqual({ ok: false, code: 'NO_BLOCK', epoch: 1, revision: 3 })
    const none = await commands.holdFirstFree(target, { ...best, candidates: [] })
    expect(none).toEqual({ ok: false, code: 'NO_BLOCK', epoch: 1, revision: 3 })
  })

  test('[H7] replacing a hold takes a block that overlaps it, and keeps its clock', async () => {
    const { commands, target, wait, seats } = await createSeatWorld(redis)
    await commands.hold(target, { buyer: 'ann', seats: [1, 2, 3] })
    await wait(1_000)
    const answer = await commands.holdFirstFree(target, { buyer: 'ann', candidates: [[2, 3, 4, 5]], replace: true })
    expect(answer).toMatchObject({ ok: true, seats: [2, 3, 4, 5], expiresInMs: HOLD_MS - 1_000 })
    expect(await seats()).toBe('0011110000')
  })

  test('[H11] seats and sale change in one revision, or neither does', async () => {
    const { commands, target, seats, log } = await createSeatWorld(redis)
    await commands.hold(target, { buyer: 'ann', seats: [1] })
    const sale = { status: 'paused' } as const
    expect(await commands.setBlocked(target, { block: [0, 1], sale })).toMatchObject({ code: 'SEAT_TAKEN' })
    expect(await commands.readMap(target)).toMatchObject({ status: 'on_sale', revision: 2 })
    expect(await commands.setBlocked(target, { block: [0], sale })).toEqual({
      ok: true,
      revision: 3,
      availableCount: 8,
    })
    expect(await seats()).toBe('4100000000')
    expect((await log()).at(-1)).toEqual([
      { k: 'seats', c: [4] },
      { k: 'sale', status: 'paused', opensAtMs: expect.any(Number) as number },
    ])
  })

  test('[H11] only free seats can be blocked, all of them or none; blocked ones cannot be held', async () => {
    const { commands, target, seats, log } = await createSeatWorld(redis)
    await commands.hold(target, { buyer: 'ann', seats: [1] })
    expect(await commands.setBlocked(target, { block: [0, 1] })).toEqual({ ok: false, code: 'SEAT_TAKEN', seats: [1] })
    expect(await commands.setBlocked(target, { block: [0, 2] })).toEqual({ ok: true, revision: 3, availableCount: 7 })
    expect(await commands.setBlocked(target, { block: [0], unblock: [2, 3] })).toEqual({
      ok: true,
      revision: 4,
      availableCount: 8,
    })
    expect(await commands.setBlocked(target, { block: [0] })).toEqual({ ok: true, revision: 4, availableCount: 8 })
    expect(await commands.setBlocked(target, { block: [0], unblock: [0] })).toEqual({ ok: false, code: 'BAD_REQUEST' })
    expect(await commands.hold(target, { buyer: 'ann', seats: [0] })).toMatchObject({ code: 'SEAT_TAKEN', seats: [0] })
    expect(await seats()).toBe('4100000000')
    expect((await log()).at(-1)).toEqual([{ k: 'seats', c: [16] }])
  })
})
