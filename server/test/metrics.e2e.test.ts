import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Redis } from 'ioredis'
import { freePort } from '../dev/free-port.ts'
import { createMetrics } from '../src/observability/metrics.ts'
import { connectRedis, untilReady } from '../src/redis/client.ts'
import { mapKeys } from '../src/redis/keys.ts'
import { createSeatCommands } from '../src/seats/seat-commands.ts'
import { becomeGuest, joinSale, type Buyer } from './support/buyer.ts'
import { startCluster, TEST_PARTITIONS, type Cluster } from './support/cluster.ts'
import { eventually } from './support/eventually.ts'
import { type Scrape, scrape } from './support/scrape.ts'
import { aShopper } from './support/shopper.ts'
import { createTestSale } from './support/test-sale.ts'

/** Seats of the big sale: a change of all of them makes a frame of about 50 KB. */
const BIG = { rows: 80, seatsPerRow: 100 }
const BIG_SEATS = BIG.rows * BIG.seatsPerRow
let cluster: Cluster
let redis: Redis
let schedulerPort: number
const buyers: Buyer[] = []

beforeAll(async () => {
  schedulerPort = await freePort()
  const env = { TICK_MS_MIN: '2', SCHEDULER_PORT: String(schedulerPort) }
  cluster = await startCluster({ nodes: 1, workers: 2, schedulers: 1, env })
  redis = connectRedis(cluster.redisUrl, 'commands', () => undefined)
  await untilReady(redis, 5_000)
})
afterAll(async () => {
  for (const buyer of buyers) buyer.close()
  redis?.disconnect()
  await cluster?.stop()
})

const node = (): Promise<Scrape> => scrape(`${cluster.origin(0)}/metrics`)
const scheduler = (): Promise<Scrape> => scrape(`http://127.0.0.1:${schedulerPort}/metrics`)
/** Seats of these are blocked behind PostgreSQL's back: the scheduler rightly finds that they differ. */
const tampered = new Set<string>()

async function join(performanceId: string, seatCount = 500): Promise<Buyer> {
  const buyer = await joinSale({ origins: [cluster.origin(0)], performanceId, seatCount })
  buyers.push(buyer)
  return buyer
}

/** The performance as scripts address it: its partition is in the name of its keys. */
async function targetOf(performanceId: string) {
  for (let partition = 0; partition < TEST_PARTITIONS; partition++) {
    const epoch = await redis.hget(mapKeys({ id: performanceId, partition }).meta, 'epoch')
    if (epoch !== null) return { id: performanceId, partition, epoch: Number(epoch) }
  }
  throw new Error(`performance ${performanceId} is in no partition`)
}

/** Stops or goes on reading, below everything that would answer. */
function kernelSocket(buyer: Buyer): { pause(): unknown; resume(): unknown } {
  const { transport } = buyer.socket.io.engine as unknown as {
    transport: { ws: { _socket: { pause(): unknown; resume(): unknown } } }
  }
  return transport.ws._socket
}

test('holds, their ends, and how late they ended', async () => {
  const performance = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS, { holdSeconds: 2 })
  const lasting = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS)
  const [buyer, other] = [await join(performance), await join(lasting)]
  expect(await buyer.ask('seats:hold', { seats: [1, 2] })).toMatchObject({ ok: true })
  expect(await other.ask('seats:hold', { seats: [3] })).toMatchObject({ ok: true })
  await eventually('the hold ran out', 6_000, () => buyer.holds.some(({ reason }) => reason === 'expired'))
  const lateness = { performance }
  await eventually('one live hold, and one ended', 5_000, async () => {
    const seen = await node()
    return seen.value('live_holds', { performance: lasting }) === 1 && seen.value('live_holds', { performance }) === 0
  })
  const seen = await node()
  // Both workers may follow the sale; the node counts each hold once.
  expect(seen.value('holds_total', { performance, reason: 'held' })).toBe(1)
  expect(seen.value('holds_total', { performance, reason: 'expired' })).toBe(1)
  expect(seen.value('expiry_lateness_seconds_count', lateness)).toBe(1)
  expect(seen.value('expiry_lateness_seconds_sum', lateness)).toBeGreaterThanOrEqual(0)
  expect(seen.value('expiry_lateness_seconds_sum', lateness)).toBeLessThan(2)
  expect(seen.value('propagation_seconds_count')).toBeGreaterThanOrEqual(3)
  const meanSeconds = seen.value('propagation_seconds_sum') / seen.value('propagation_seconds_count')
  expect(meanSeconds).toBeGreaterThan(0)
  expect(meanSeconds).toBeLessThan(1)
})

test('what commands are answered, and payment providers, and how long both take', async () => {
  const performance = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS)
  const shopper = await aShopper(cluster.origin(0), performance)
  buyers.push(shopper)
  const other = await join(performance)
  const wanted = { performanceId: performance, seats: [5] }
  const before = await node()
  expect(await shopper.ask('seats:hold', wanted)).toMatchObject({ ok: true })
  expect(await other.ask('seats:hold', wanted)).toMatchObject({ ok: false, code: 'SEAT_TAKEN' })
  const { order } = (await shopper.place()).body
  expect(await shopper.pay(order.id)).toMatchObject({ status: 200 })
  const seen = await node()
  const more = (name: string, labels: Readonly<Record<string, string>>): number =>
    seen.value(name, labels) - before.value(name, labels)
  expect(more('commands_total', { event: 'seats:hold', outcome: 'ok' })).toBe(1)
  expect(more('commands_total', { event: 'seats:hold', outcome: 'SEAT_TAKEN' })).toBe(1)
  expect(more('command_seconds_count', { event: 'seats:hold' })).toBe(2)
  expect(more('command_seconds_sum', { event: 'seats:hold' })).toBeGreaterThan(0)
  const paid = { provider: 'wallet', call: 'capture', outcome: 'captured' }
  expect(more('provider_call_seconds_count', paid)).toBe(1)
  expect(more('provider_call_seconds_sum', paid)).toBeGreaterThan(0)
  for (const metric of ['orders', 'payments'])
    await eventually(`${metric} by state`, 15_000, async () => {
      return (await scheduler()).value(metric, { status: metric === 'orders' ? 'paid' : 'captured' }) === 1
    })
})

test('slow consumers are set aside, caught up, dropped; frames and bytes are counted', async () => {
  const performance = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS, BIG)
  tampered.add(performance)
  const [quick, recovering, lost] = [
    await join(performance, BIG_SEATS),
    await join(performance, BIG_SEATS),
    await join(performance, BIG_SEATS),
  ]
  const commands = createSeatCommands(redis)
  const target = await targetOf(performance)
  const all = Array.from({ length: BIG_SEATS }, (_, seat) => seat)
  for (const buyer of [recovering, lost]) kernelSocket(buyer).pause()
  let turn = 0
  await eventually('both are set aside', 60_000, async () => {
    for (let count = 0; count < 10; count++)
      await commands.setBlocked(target, turn++ % 2 === 0 ? { block: all } : { unblock: all })
    return (await node()).value('slow_consumers_total', { outcome: 'set aside' }) >= 2
  })
  kernelSocket(recovering).resume()
  await eventually('one is caught up', 20_000, async () => {
    return (await node()).value('slow_consumers_total', { outcome: 'caught up' }) >= 1
  })
  await eventually('one is dropped', 20_000, async () => {
    return (await node()).value('slow_consumers_total', { outcome: 'dropped' }) === 1
  })
  const seen = await node()
  const frames = seen.value('frames_total', { kind: 'map:delta' })
  expect(frames).toBeGreaterThan(10)
  expect(seen.value('frame_bytes_total', { kind: 'map:delta' })).toBeGreaterThan(frames * 20)
  expect(seen.value('frame_bytes_total', { kind: 'map:delta' })).toBeLessThan(frames * 65_536)
  expect(seen.value('frames_total', { kind: 'map:status' })).toBeGreaterThan(0)
  expect(seen.value('frames_total', { kind: 'hold:changed' })).toBeGreaterThan(0)
  expect(seen.value('tick_seconds')).toBeGreaterThanOrEqual(0.002)
  expect(seen.value('tick_seconds')).toBeLessThan(1)
  expect(seen.value('watchers', { performance })).toBeGreaterThanOrEqual(2)
  expect(quick.socket.connected).toBe(true)
})

test('[R5] who takes the state anew, and why', async () => {
  const performance = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS)
  const buyer = await join(performance)
  const before = await node()
  expect(before.value('resyncs_total', { who: 'client', reason: 'joined' })).toBeGreaterThan(0)
  const firstLoad = { reason: 'first load' }
  // Whoever is first loads a map, the scheduler too.
  expect(
    before.value('rebuilds_total', firstLoad) + (await scheduler()).value('rebuilds_total', firstLoad),
  ).toBeGreaterThan(0)
  const target = await targetOf(performance)
  await redis.del(mapKeys(target).meta, mapKeys(target).log)
  await eventually('the next epoch', 10_000, () => buyer.store.position?.epoch === target.epoch + 1)
  const seen = await node()
  expect(seen.value('resyncs_total', { who: 'mirror', reason: 'missing' })).toBeGreaterThan(0)
  expect(seen.value('resyncs_total', { who: 'client', reason: 'map reset' })).toBeGreaterThan(0)
})

test('every metric of the list has figures somewhere', async () => {
  const drifted = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS)
  tampered.add(drifted)
  await join(drifted)
  await createSeatCommands(redis).setBlocked(await targetOf(drifted), { block: [7] })
  await becomeGuest(cluster.origin(0))
  const everything = createMetrics()
  const names = everything.registry.getMetricsAsArray().map(({ name }) => name)
  everything.stop()
  const both = () => Promise.all([node(), scheduler()])
  const without = async () => {
    const filled = new Set((await both()).flatMap(({ samples }) => samples.map(({ metric }) => metric)))
    return names.filter((name) => !filled.has(name))
  }
  // The scheduler looks for drift every 30 s.
  const seatsApart = async () => (await scheduler()).value('drift_seats', { performance: drifted })
  await eventually('the seat that Redis alone blocks is found', 45_000, async () => (await seatsApart()) === 1)
  await eventually('all have figures', 45_000, without, ({ length }) => length === 0)
  const [ofNode, ofScheduler] = await both()
  for (const seen of [ofNode, ofScheduler]) {
    expect(seen.value('event_loop_delay_seconds', { quantile: '0.99' })).toBeGreaterThan(0)
    expect(seen.value('database_wait_seconds_count')).toBeGreaterThan(0)
    expect(seen.value('database_connections', { state: 'open' })).toBeGreaterThan(0)
  }
  expect(ofScheduler.value('job_runs_total', { job: 'expire-holds', outcome: 'done' })).toBeGreaterThan(0)
  // What is expected to be 0 while all is well.
  for (const name of ['stream_lag_entries', 'drift_seats'])
    for (const { metric, labels, value } of [...ofNode.samples, ...ofScheduler.samples])
      if (metric.endsWith(name) && !tampered.has(labels['performance'] ?? '')) expect(value, name).toBe(0)
})
