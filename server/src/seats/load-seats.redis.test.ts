import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testRedis } from '../../test/support/redis.ts'
import { createSeatWorld, HOLD_MS, type SeatWorld } from '../../test/support/seat-world.ts'
import type { Performance } from '../catalogue/performance.ts'
import { connectRedis, redisRunId, untilReady } from '../redis/client.ts'
import { type EpochStore, loadSeats, MapNotLoadedError, saleFacts } from './load-seats.ts'

const server = await testRedis()
const redis = connectRedis(server.url, 'commands', () => undefined)
beforeAll(() => untilReady(redis, 5_000))
afterAll(() => redis.disconnect())

/** PostgreSQL's row of a world's performance, and what the store has begun. */
async function rowOf(
  world: SeatWorld,
): Promise<{ performance: Performance; epochs: EpochStore; begun: number[]; runId: string }> {
  const runId = await redisRunId(redis)
  const begun: number[] = []
  const performance: Performance = {
    id: world.target.id,
    partition: world.target.partition,
    showId: 'show',
    venueId: 'venue',
    layoutId: 'layout',
    startsAt: new Date(0),
    onSaleAt: null,
    status: 'on_sale',
    holdSeconds: HOLD_MS / 1_000,
    paymentSeconds: 60,
    groupHoldSeconds: 480,
    maxSeatsPerBuyer: 4,
    zones: [],
    seatCount: 10,
    epoch: 1,
    redisRunId: runId,
  }
  let row = performance
  const epochs: EpochStore = {
    async beginEpoch(_, at) {
      await Promise.resolve()
      if (row.epoch !== at.ifEpoch) return 'moved on'
      row = { ...row, epoch: row.epoch + 1, redisRunId: at.redisRunId }
      begun.push(row.epoch)
      return { epoch: row.epoch, performance: row, blockedSeats: [9], seatCount: 10 }
    },
  }
  return { performance, epochs, begun, runId }
}

describe('a new epoch', () => {
  test('[R5] keeps valid holds, blocks what is blocked, and begins the log with a start', async () => {
    const world = await createSeatWorld(redis)
    const { commands, target } = world
    const held = await commands.hold(target, { buyer: 'ann', seats: [1, 2], address: 'hash', addressMax: 9 })
    await commands.hold(target, { buyer: 'bob', seats: [9] })
    const before = await world.contents()
    const row = await rowOf(world)
    expect(await loadSeats({ commands, ...row })).toEqual({ epoch: 2, how: 'loaded', kept: 1, lost: 1 })
    const after = await world.contents()
    expect(after).toMatchObject({ seats: '0110000004', addresses: { hash: '2' }, meta: { epoch: '2', revision: '1' } })
    expect(Object.keys(after.holds)).toEqual([held.ok ? held.holdId : ''])
    expect(after.deadlines).toEqual(
      Object.fromEntries(Object.entries(before.deadlines).filter(([id]) => id in after.holds)),
    )
    expect(await world.log()).toEqual([[{ k: 'start' }]])
    expect(await redis.hgetall(world.keys.base)).toMatchObject({ epoch: '2', revision: '1', seats: '0110000004' })
    expect(await commands.release(target, { buyer: 'ann' })).toEqual({ ok: false, code: 'WRONG_EPOCH', epoch: 2 })
    expect(await commands.release({ ...target, epoch: 2 }, { buyer: 'ann' })).toMatchObject({ ok: true, holdId: null })
  })

  test.for([
    ['is overdue', { deadlineMs: 1_700_000_000_000 }],
    ['has a seat out of range', { seats: [3, 10] }],
    ['has a negative seat', { seats: [-1] }],
    ['has a seat twice', { seats: [3, 3] }],
    ['has no seats', { seats: [] }],
    ['has something else as a seat', { seats: ['3'] }],
    ['has a blocked seat', { seats: [9] }],
    ['has more seats than a buyer may', { seats: [3, 4, 5, 6, 7] }],
    ['has no buyer', { buyer: '' }],
    ['is of a buyer who has one', { buyer: 'ann' }],
    ['overlaps another', { seats: [1, 3] }],
    ['lacks its deadline', { deadlineMs: undefined }],
  ] as const)('[R5] a record that %s is not kept', async ([, change]) => {
    const world = await createSeatWorld(redis)
    await world.commands.hold(world.target, { buyer: 'ann', seats: [1] })
    const record = {
      buyer: 'bob',
      deadlineMs: 1_700_000_030_000,
      startedMs: 1_700_000_000_001,
      address: '',
      seats: [3, 4],
      ...change,
    }
    await redis.hset(world.keys.holds, 'found', JSON.stringify(record))
    expect(await loadSeats({ commands: world.commands, ...(await rowOf(world)) })).toMatchObject({ kept: 1 })
    const { seats, buyers } = await world.contents()
    expect(seats).toBe('0100000004')
    expect(Object.keys(buyers)).toEqual(['ann'])
  })

  test('[R5] a record that is no JSON is not kept', async () => {
    const world = await createSeatWorld(redis)
    await redis.hset(world.keys.holds, 'found', '{"buyer":')
    expect(await loadSeats({ commands: world.commands, ...(await rowOf(world)) })).toMatchObject({
      how: 'loaded',
      kept: 0,
    })
  })

  test('[R5] a mirror’s holds survive a Redis that lost everything', async () => {
    const world = await createSeatWorld(redis)
    await world.commands.hold(world.target, { buyer: 'ann', seats: [1, 2] })
    const previous = (await world.commands.readMap(world.target))?.holds ?? []
    await redis.del(...Object.values(world.keys))
    const row = await rowOf(world)
    const lost = { ...row.performance, redisRunId: 'the run before' }
    expect(await loadSeats({ commands: world.commands, ...row, performance: lost, previous })).toMatchObject({
      epoch: 2,
      kept: 1,
    })
    expect(await world.seats()).toBe('0110000004')
    expect((await world.commands.readMap(world.target))?.holds).toEqual(previous)
  })
})

describe('many workers at once', () => {
  test('[R5] twenty callers begin one epoch', async () => {
    const world = await createSeatWorld(redis)
    const row = await rowOf(world)
    const loaded = await Promise.all(Array.from({ length: 20 }, () => loadSeats({ commands: world.commands, ...row })))
    expect(row.begun).toEqual([2])
    expect(loaded.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 20 }, () => 2))
    expect(loaded.filter(({ how }) => how === 'loaded')).toHaveLength(1)
  })

  test('[R5] an epoch that was begun and never loaded is passed over', async () => {
    const world = await createSeatWorld(redis)
    const row = await rowOf(world)
    await row.epochs.beginEpoch(world.target.id, { ifEpoch: 1, redisRunId: row.runId })
    await expect(loadSeats({ commands: world.commands, ...row })).rejects.toBeInstanceOf(MapNotLoadedError)
    const reread = { ...row.performance, epoch: 2 }
    expect(await loadSeats({ commands: world.commands, ...row, performance: reread })).toMatchObject({
      epoch: 3,
      how: 'loaded',
    })
  })

  test('[R5] epochs never go back: a late load is refused', async () => {
    const world = await createSeatWorld(redis)
    const row = await rowOf(world)
    await loadSeats({ commands: world.commands, ...row })
    const facts = saleFacts(row.performance)
    const late = await world.commands.loadMap(world.target, { facts, seatCount: 10, blockedSeats: [], holds: [] })
    expect(late).toEqual({ ok: false, code: 'WRONG_EPOCH', epoch: 2 })
    expect(await loadSeats({ commands: world.commands, ...row })).toMatchObject({ epoch: 2, how: 'found' })
  })
})
