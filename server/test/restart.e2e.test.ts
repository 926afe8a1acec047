import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { isRunning } from '../dev/child-process.ts'
import { fetchSnapshot, joinSale, type Buyer } from './support/buyer.ts'
import { startCluster, TEST_PARTITIONS, type Cluster } from './support/cluster.ts'
import { gatherCrowd, HEAL_MS, type Crowd } from './support/crowd.ts'
import { eventually } from './support/eventually.ts'
import { createTestSale } from './support/test-sale.ts'

const SEATS = 500
const HELD = 1
let cluster: Cluster
let performanceId: string
let crowd: Crowd

beforeAll(async () => {
  cluster = await startCluster({ ownPostgres: true })
})
afterAll(() => cluster?.stop())
beforeEach(async () => {
  performanceId = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS, { maxSeatsPerBuyer: 20 })
  crowd = await gatherCrowd(cluster, { performanceId, seatCount: SEATS })
  crowd.move()
  await eventually('the map moves', 2_000, () => (crowd.outcomes.get('ok') ?? 0) > 20)
})
afterEach(() => crowd?.close())

const workersOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number)

const readiness = async (node: number) => (await fetch(`${cluster.origin(node)}/readyz`)).status

/** Moves on under the fault's end, then rests; everybody must equal the server soon after. */
async function expectHealed(nodes?: readonly number[]): Promise<void> {
  await eventually('the map moves again', HEAL_MS, async () => {
    const before = crowd.outcomes.get('ok') ?? 0
    await new Promise((resolve) => setTimeout(resolve, 50))
    return (crowd.outcomes.get('ok') ?? 0) > before
  })
  await crowd.rest()
  await crowd.healed(nodes)
}

test('a killed worker: its clients come back to another, it is restarted, nothing is lost', async () => {
  const [victim = 0] = workersOf(cluster.nodes[0]?.pid ?? 0)
  process.kill(victim, 'SIGKILL')
  await eventually('two workers again, with a new one', HEAL_MS, () => {
    const workers = workersOf(cluster.nodes[0]?.pid ?? 0)
    return workers.length === 2 && !workers.includes(victim)
  })
  await expectHealed()
})

test('a killed node takes its workers with it; its clients go to the other node; it comes back', async () => {
  const node = cluster.nodes[1]
  const workers = workersOf(node?.pid ?? 0)
  expect(workers).toHaveLength(2)
  await node?.kill()
  await eventually('no worker is left behind', 1_000, () => !workers.some(isRunning))
  await expectHealed([0])
  await cluster.restartNode(1)
  expect(await readiness(1)).toBe(200)
  await crowd.healed()
})

test('[H5] without any scheduler the workers end holds, within 1 s of the deadline', async () => {
  const soon = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS, { holdSeconds: 2 })
  const buyer = await joinSale({ origins: [cluster.origin(0)], performanceId: soon, seatCount: SEATS })
  await Promise.all(cluster.schedulers.map((scheduler) => scheduler.kill()))
  const ack = await buyer.ask('seats:hold', { seats: [1, 2] })
  const heldAtMs = performance.now()
  const expiresInMs = ack.ok ? ack.expiresInMs : 0
  expect(expiresInMs).toBeGreaterThan(1_000)
  await eventually('held', 500, () => buyer.store.statuses[1] === HELD)
  await eventually('free again', 4_000, () => buyer.store.statuses[1] === 0)
  const lateMs = performance.now() - heldAtMs - expiresInMs
  expect(lateMs).toBeGreaterThan(-20)
  expect(lateMs).toBeLessThan(1_000)
  buyer.close()
  await Promise.all([cluster.restartScheduler(0), cluster.restartScheduler(1)])
  await expectHealed()
})

test('a paused scheduler does no harm, nor when it goes on', async () => {
  const [first] = cluster.schedulers
  first?.process.kill('SIGSTOP')
  const soon = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS, { holdSeconds: 2 })
  const buyer = await joinSale({ origins: [cluster.origin(1)], performanceId: soon, seatCount: SEATS })
  await buyer.ask('seats:hold', { seats: [1] })
  await eventually('held', 500, () => buyer.store.statuses[1] === HELD)
  await eventually('free again', 3_000, () => buyer.store.statuses[1] === 0)
  first?.process.kill('SIGCONT')
  const again = await buyer.ask('seats:hold', { seats: [1] })
  expect(again).toMatchObject({ ok: true })
  expect((await fetchSnapshot(cluster.origin(0), soon)).seats[1]).toBe('1')
  buyer.close()
  await expectHealed()
})

test('[R5] a killed Redis comes back with its append-only file: the next epoch, live holds kept, everybody healed', async () => {
  const keeper = await aHolder([7, 8])
  await new Promise((resolve) => setTimeout(resolve, 1_200)) // appendfsync everysec
  await cluster.killRedis()
  await eventually('not ready without Redis', HEAL_MS, async () => (await readiness(0)) === 503)
  expect(await keeper.ask('seats:hold', { seats: [9] })).toMatchObject({ ok: false, retryInMs: expect.any(Number) })
  await eventually('the node says that its map is stale (F8)', 2_500, () => keeper.statuses.at(-1)?.live === false)
  for (const path of [
    '/api/shows',
    `/api/performances/${performanceId}`,
    `/api/performances/${performanceId}/snapshot`,
  ])
    expect([200, 503], path).toContain((await fetch(`${cluster.origin(0)}${path}`)).status)
  await cluster.startRedisAgain()
  await eventually('ready again', HEAL_MS, async () => (await readiness(0)) === 200 && (await readiness(1)) === 200)
  await expectHealed()
  const snapshot = await fetchSnapshot(cluster.origin(0), performanceId)
  expect(snapshot.epoch).toBeGreaterThanOrEqual(2) // a load that takes long is passed over by another (load-seats.ts)
  expect(snapshot.seats.slice(7, 9)).toBe('11')
  await eventually('the node says that its map is live', 1_000, () => keeper.statuses.at(-1)?.live === true)
  expect(await keeper.ask('seats:release', {})).toMatchObject({ ok: true, holdId: null })
  keeper.close()
})

test('[R5] a Redis that lost everything: the next epoch from PostgreSQL and the mirrors, nobody is told anything wrong', async () => {
  const keeper = await aHolder([7, 8])
  await cluster.killRedis()
  await cluster.startRedisAgain('lost')
  await expectHealed()
  const snapshot = await fetchSnapshot(cluster.origin(0), performanceId)
  expect(snapshot.epoch).toBeGreaterThanOrEqual(2) // a load that takes long is passed over by another (load-seats.ts)
  const mine = await keeper.ask('map:watch', {})
  const isHeld = snapshot.seats.slice(7, 9) === '11'
  expect(mine.ok && mine.mine.hold?.seats).toEqual(isHeld ? [7, 8] : undefined)
  if (!isHeld) expect(keeper.holds.at(-1)).toMatchObject({ reason: 'lost', seats: [] })
  keeper.close()
})

test('without PostgreSQL the sale goes on: nodes are ready, holds succeed; afterwards everything else does', async () => {
  await cluster.killPostgres()
  const [buyer] = crowd.members
  expect(await readiness(0)).toBe(200)
  expect(await buyer?.ask('seats:hold', { seats: [50] })).toMatchObject({ ok: true })
  const shows = await fetch(`${cluster.origin(0)}/api/shows`)
  expect(shows.status).toBe(503)
  await crowd.rest()
  await crowd.healed()
  crowd.move()
  await cluster.startPostgresAgain()
  await eventually(
    'the catalogue answers again',
    HEAL_MS,
    async () => (await fetch(`${cluster.origin(0)}/api/shows`)).status === 200,
  )
  await expectHealed()
})

test('a cut between the servers and Redis heals', async () => {
  cluster.redisLink.cut()
  await eventually('not ready', HEAL_MS, async () => (await readiness(1)) === 503)
  cluster.redisLink.heal()
  await expectHealed()
})

test('SIGTERM: a node takes no new connections, its clients move over, nothing is left of it, exit code 0', async () => {
  const node = cluster.nodes[0]
  const workers = workersOf(node?.pid ?? 0)
  const stopping = node?.stop()
  expect(await stopping).toBe(0)
  expect(workers.some(isRunning)).toBe(false)
  await expect(fetch(`${cluster.origin(0)}/healthz`)).rejects.toThrow('fetch failed')
  await expectHealed([1])
  expect(await cluster.schedulers[1]?.stop()).toBe(0)
  await Promise.all([cluster.restartNode(0), cluster.restartScheduler(1)])
  await crowd.healed()
})

test('a node whose parent is gone ends, and so do its workers', async () => {
  const node = cluster.nodes[0]
  const workers = workersOf(node?.pid ?? 0)
  node?.process.disconnect()
  await eventually('nothing is left', 8_000, () => ![node?.pid ?? 0, ...workers].some(isRunning))
  await cluster.restartNode(0)
})

async function aHolder(seats: number[]): Promise<Buyer> {
  const buyer = await joinSale({ origins: [cluster.origin(0), cluster.origin(1)], performanceId, seatCount: SEATS })
  expect(await buyer.ask('seats:hold', { seats })).toMatchObject({ ok: true })
  await eventually('held', 500, () => buyer.store.statuses[seats[0] ?? 0] === HELD)
  return buyer
}
