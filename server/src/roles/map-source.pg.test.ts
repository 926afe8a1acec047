import { randomUUID } from 'node:crypto'
import { createMetrics } from '../observability/metrics.ts'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { pino } from 'pino'
import { eventually } from '../../test/support/eventually.ts'
import { testDatabase } from '../../test/support/postgres.ts'
import { testRedis } from '../../test/support/redis.ts'
import { createTestSale } from '../../test/support/test-sale.ts'
import { findPerformance, setBlockedSeats } from '../catalogue/catalogue-repository.ts'
import type { Performance } from '../catalogue/performance.ts'
import { connectDatabase } from '../database/client.ts'
import type { SeenPosition } from '../feed/map-source.ts'
import { insertGroup } from '../groups/group-repository.ts'
import { connectRedis, untilReady } from '../redis/client.ts'
import { mapKeys } from '../redis/keys.ts'
import { reconcile } from '../scheduler/reconcile.ts'
import { createGroupCommands } from '../seats/group-commands.ts'
import { createSeatCommands } from '../seats/seat-commands.ts'
import { loadMissingSoon, mapSource } from './map-source.ts'

const server = await testRedis()
const store = await testDatabase()
const database = connectDatabase({ databaseUrl: store.url })
const { db } = database
const redis = connectRedis(server.url, 'commands', () => {})
await untilReady(redis, 5_000)
const commands = createSeatCommands(redis)
const groups = createGroupCommands(redis)
const [ANN, BOB] = [randomUUID(), randomUUID()]
const metrics = createMetrics()
const log = pino({ level: 'silent' })
const aSource = () => mapSource({ db, redis, commands, metrics, log })
let source = aSource()
let performance: Performance

beforeEach(async () => {
  source = aSource()
  performance = await found(await createTestSale(store.url, 4))
})
afterAll(async () => {
  redis.disconnect()
  metrics.stop()
  await database.close()
  await store.drop()
})

async function found(id: string): Promise<Performance> {
  const one = await findPerformance(db, id)
  if (one === undefined) throw new Error('no performance')
  return one
}

const state = async () => {
  const read = await source.readState(performance)
  if (read === undefined) throw new Error('no map')
  return read
}

/** What a mirror would say that has seen the present state. */
async function seenNow(change: Partial<SeenPosition> = {}): Promise<SeenPosition> {
  const { epoch, revision, chain, holds } = await state()
  return { epoch, revision, chain, holds, rewritten: false, ...change }
}

const targetNow = async () => ({ ...performance, epoch: (await state()).epoch })

test('[R5] the first load is epoch 1; loading again changes nothing', async () => {
  expect(await source.readState(performance)).toBeUndefined()
  await source.ensureLoaded(performance)
  await source.ensureLoaded(performance)
  await aSource().ensureLoaded(performance)
  expect(await state()).toMatchObject({ epoch: 1, revision: 1, sale: { status: 'on_sale', opensAtMs: 0 } })
  expect((await state()).states).toHaveLength(500)
})

test('[R5] ten workers at once load one epoch', async () => {
  await Promise.all(Array.from({ length: 10 }, () => aSource().ensureLoaded(performance)))
  expect((await state()).epoch).toBe(1)
  expect((await found(performance.id)).epoch).toBe(1)
})

test('[R5] ten mirrors that saw more than Redis has begin one next epoch, with their holds', async () => {
  await source.ensureLoaded(performance)
  const hold = await commands.hold(await targetNow(), { buyer: 'b1', seats: [4, 5] })
  expect(hold.ok).toBe(true)
  const seen = await seenNow()
  await redis.del(Object.values(mapKeys(performance)))
  await Promise.all(Array.from({ length: 10 }, () => aSource().ensureLoaded(performance, seen)))
  const rebuilt = await state()
  expect(rebuilt.epoch).toBe(2)
  expect(Array.from(rebuilt.states.slice(3, 7))).toEqual([0, 1, 1, 0])
  expect(rebuilt.holds).toMatchObject([{ buyer: 'b1', seats: [4, 5] }])
})

test('[G2, G7] groups survive a lost Redis: who is in, whose seats are, the hold that a mirror knew', async () => {
  await source.ensureLoaded(performance)
  const groupId = await storedGroup(performance.id, [ANN, BOB])
  const group = { groupId, version: 1, host: ANN, members: [ANN, BOB], holdMs: 60_000 }
  await groups.setMembers(await targetNow(), group)
  const candidates = [{ seats: [4, 5, 6], assigned: { 5: BOB } }]
  await groups.holdBlock(await targetNow(), { groupId, candidates, holdMs: 60_000, buyer: ANN })
  const before = await groups.read(performance, groupId)
  const seen = await seenNow()
  await redis.del(Object.values(mapKeys(performance)))
  await source.ensureLoaded(performance, seen)
  const after = await groups.read(performance, groupId)
  expect(after).toMatchObject({ epoch: 2, host: ANN, members: [ANN, BOB] })
  expect(after?.hold).toMatchObject({ holdId: before?.hold?.holdId, seats: [4, 5, 6], shares: { [ANN]: 2, [BOB]: 1 } })
  expect(await commands.hold(await targetNow(), { buyer: BOB, seats: [9] })).toMatchObject({ code: 'IN_GROUP' })
  // A group that is over is none, and its hold is lost.
  await db.updateTable('groups').set({ status: 'ended' }).where('id', '=', groupId).execute()
  await source.ensureLoaded(performance, await seenNow({ rewritten: true }))
  expect((await state()).holds).toEqual([])
  expect(await commands.hold(await targetNow(), { buyer: BOB, seats: [9] })).toMatchObject({ ok: true })
})

/** An open group with a host first; seat 5 is the second member's. */
async function storedGroup(performanceId: string, users: readonly string[]): Promise<string> {
  const id = randomUUID()
  await insertGroup(db, {
    id,
    performanceId,
    hostId: users[0] ?? '',
    rule: 'each_pays',
    size: 3,
    wish: {},
    allowsSplit: false,
  })
  const members = users.map((user_id) => ({ id: randomUUID(), user_id }))
  for (const member of members)
    await db
      .insertInto('group_members')
      .values({ ...member, group_id: id, performance_id: performanceId, name: 'somebody', seen_at: null })
      .execute()
  await db
    .insertInto('group_seats')
    .values({ group_id: id, seat: 5, member_id: members[1]?.id ?? '' })
    .execute()
  return id
}

test('[R5] another run of Redis begins the next epoch, even with all of its data', async () => {
  await source.ensureLoaded(performance)
  await db.updateTable('performances').set({ redis_run_id: 'x' }).where('id', '=', performance.id).execute()
  await aSource().ensureLoaded(performance, await seenNow())
  expect((await state()).epoch).toBe(2)
})

test('[R3, R5] a rewritten history begins the next epoch, once', async () => {
  await source.ensureLoaded(performance)
  const seen = await seenNow({ rewritten: true })
  await Promise.all([source.ensureLoaded(performance, seen), aSource().ensureLoaded(performance, seen)])
  expect((await state()).epoch).toBe(2)
  await source.ensureLoaded(performance, seen)
  expect((await state()).epoch).toBe(2)
})

test('[R5] a rollback within an epoch begins the next; a mirror that is only behind does not', async () => {
  await source.ensureLoaded(performance)
  await commands.hold(await targetNow(), { buyer: 'b1', seats: [1] })
  await source.ensureLoaded(performance, await seenNow({ revision: 1, chain: 'old' }))
  expect((await state()).epoch).toBe(1)
  await source.ensureLoaded(performance, await seenNow({ revision: 9 }))
  expect((await state()).epoch).toBe(2)
})

test('what was trusted once is trusted again without PostgreSQL; what is new is not', async () => {
  const away = connectDatabase({ databaseUrl: store.url })
  const lonely = mapSource({ db: away.db, redis, commands, metrics, log })
  await source.ensureLoaded(performance)
  await lonely.ensureLoaded(performance)
  await away.close()
  await lonely.ensureLoaded(performance, await seenNow())
  await redis.del(mapKeys(performance).seats)
  await expect(lonely.ensureLoaded(performance)).rejects.toThrow()
  await source.ensureLoaded(performance)
  expect((await state()).epoch).toBe(2)
})

test('reconcile: Redis follows PostgreSQL in sale and blocked seats; a second look finds nothing', async () => {
  await source.ensureLoaded(performance)
  const target = await targetNow()
  await commands.setBlocked(target, { block: [1, 2] })
  await commands.setSale(target, { status: 'paused' })
  await setBlockedSeats(db, performance.id, { block: [2, 3], unblock: [] })
  expect(await reconcile(db, commands, performance.id)).toEqual({ sale: true, seats: 2 })
  const repaired = await state()
  expect(Array.from(repaired.states.slice(0, 5))).toEqual([0, 0, 4, 4, 0])
  expect(repaired.sale.status).toBe('on_sale')
  expect(await reconcile(db, commands, performance.id)).toEqual({ sale: false, seats: 0 })
  expect((await state()).revision).toBe(repaired.revision)
})

test('reconcile: a seat that PostgreSQL blocks and somebody holds is counted, not taken away', async () => {
  await source.ensureLoaded(performance)
  await commands.hold(await targetNow(), { buyer: 'b1', seats: [7] })
  await setBlockedSeats(db, performance.id, { block: [7, 8], unblock: [] })
  expect(await reconcile(db, commands, performance.id)).toEqual({ sale: false, seats: 2 })
  expect(Array.from((await state()).states.slice(7, 9))).toEqual([1, 4])
})

test('reconcile: near the opening the two clocks may differ; no map: nothing to compare', async () => {
  expect(await reconcile(db, commands, performance.id)).toBeUndefined()
  const opening = await found(
    await createTestSale(store.url, 4, { status: 'scheduled', onSaleAt: new Date(Date.now() + 1_000) }),
  )
  await source.ensureLoaded(opening)
  await commands.setSale({ ...opening, epoch: 1 }, { status: 'on_sale' })
  expect(await reconcile(db, commands, opening.id)).toEqual({ sale: false, seats: 0 })
})

test('[R5, O10] whoever cannot wait asks for a missing map: it is loaded once, however often they ask', async () => {
  let loads = 0
  const counted = {
    ensureLoaded: (one: Performance) => {
      loads += 1
      return source.ensureLoaded(one)
    },
  }
  const ask = loadMissingSoon(db, counted, log)
  for (let time = 0; time < 5; time += 1) ask(performance.id)
  await eventually('the map is there', 10_000, async () => (await source.readState(performance)) !== undefined)
  expect(loads).toBe(1)
  expect(await found(performance.id)).toMatchObject({ epoch: 1 })
})
