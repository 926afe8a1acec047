import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { becomeGuest, fetchSnapshot, joinSale, type Buyer, type BuyerOptions } from './support/buyer.ts'
import { startCluster, TEST_PARTITIONS, type Cluster } from './support/cluster.ts'
import { eventually } from './support/eventually.ts'
import { createTestSale, type TestSale } from './support/test-sale.ts'

const SEATS = 500
const HELD = 1
const AVAILABLE = 0
let cluster: Cluster
const buyers: Buyer[] = []

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster?.stop())
afterEach(() => {
  for (const buyer of buyers.splice(0)) buyer.close()
})

const sale = (options: TestSale = {}) => createTestSale(cluster.databaseUrl, TEST_PARTITIONS, options)

async function join(performanceId: string, node: number, options: Partial<BuyerOptions> = {}): Promise<Buyer> {
  const buyer = await joinSale({ origins: [cluster.origin(node)], performanceId, seatCount: SEATS, ...options })
  buyers.push(buyer)
  return buyer
}

/** Buyers on as many different workers as asked for: connections go round the workers, their acks name them. */
async function onDifferentWorkers(performanceId: string, count: number): Promise<Buyer[]> {
  const found = new Map<string, Buyer>()
  for (let tries = 0; found.size < count; tries++) {
    if (tries > 40) throw new Error(`only ${[...found.keys()].join(', ')} after ${tries} connections`)
    const buyer = await join(performanceId, tries % cluster.nodes.length)
    found.set(buyer.nodesSeen[0] ?? '', buyer)
  }
  return [...found.values()]
}

test('[H5, F4] a hold on one worker is seen on the three others, and ends within 1 s of its deadline, never before', async () => {
  const performanceId = await sale({ holdSeconds: 2 })
  const everybody = await onDifferentWorkers(performanceId, 4)
  const names = everybody.map(({ nodesSeen }) => nodesSeen[0])
  expect(new Set(names)).toEqual(new Set(['node-1:1', 'node-1:2', 'node-2:1', 'node-2:2']))

  const [holder, ...others] = everybody as [Buyer, ...Buyer[]]
  const askedMs = performance.now()
  const ack = await holder.ask('seats:hold', { seats: [7, 8] })
  const heldMs = performance.now()
  expect(ack).toMatchObject({ ok: true, seats: [7, 8], epoch: 1 })
  const expiresInMs = ack.ok ? ack.expiresInMs : 0
  expect(expiresInMs).toBeGreaterThan(1_900)
  expect(expiresInMs).toBeLessThanOrEqual(2_000)

  await Promise.all(
    everybody.map((buyer) =>
      eventually('the hold is seen', 500, () => buyer.store.statuses[7] === HELD && buyer.store.statuses[8] === HELD),
    ),
  )
  expect(holder.holds[0]).toMatchObject({ reason: 'held', seats: [7, 8] })
  for (const other of others) expect(other.holds).toEqual([])

  const freed = await Promise.all(
    everybody.map(async (buyer) => {
      await eventually('the seat is free again', 4_000, () => buyer.store.statuses[7] === AVAILABLE)
      return performance.now()
    }),
  )
  for (const freedMs of freed) {
    expect(freedMs).toBeGreaterThanOrEqual(askedMs + expiresInMs)
    expect(freedMs).toBeLessThanOrEqual(heldMs + expiresInMs + 1_000)
  }
  await eventually('the holder is told', 500, () => holder.holds.at(-1)?.reason === 'expired')
  for (const buyer of everybody) expect(buyer.store.statuses.every((status) => status === AVAILABLE)).toBe(true)
})

test('[H1] overlapping holds on two nodes: one gets everything, the other nothing and an offer', async () => {
  const performanceId = await sale()
  const [one, two] = [await join(performanceId, 0), await join(performanceId, 1)]
  expect(await one.ask('seats:hold', { seats: [10, 11] })).toMatchObject({ ok: true })
  await eventually('seen', 500, () => two.store.statuses[11] === HELD)
  const refused = await two.ask('seats:hold', { seats: [11, 12] })
  expect(refused).toMatchObject({ ok: false, code: 'SEAT_TAKEN', seats: [11] })
  const alternatives = refused.ok ? [] : (refused.alternatives ?? [])
  expect(alternatives.length).toBeGreaterThan(0)
  for (const offer of alternatives) {
    expect(offer).toHaveLength(2)
    expect(offer.some((seat) => seat === 10 || seat === 11)).toBe(false)
  }
  expect(await two.ask('seats:hold', { seats: [...(alternatives[0] ?? [])] })).toMatchObject({ ok: true })
})

test('best, swap and release answer the whole hold, and every socket of the buyer hears of it', async () => {
  const performanceId = await sale()
  const buyer = await join(performanceId, 0)
  const elsewhere = await join(performanceId, 1, { guest: buyer })
  const best = await buyer.ask('seats:best', { count: 3 })
  expect(best).toMatchObject({ ok: true, seats: { length: 3 } })
  const seats = best.ok ? [...best.seats].toSorted((a, b) => a - b) : []
  expect(seats[2]).toBe((seats[0] ?? 0) + 2)

  const swapped = await buyer.ask('seats:swap', { release: [seats[0] ?? 0], hold: [400] })
  expect(swapped.ok && swapped.seats.toSorted((a, b) => a - b)).toEqual([...seats.slice(1), 400])
  const released = await buyer.ask('seats:release', { seats: [400] })
  expect(released.ok && released.seats.toSorted((a, b) => a - b)).toEqual(seats.slice(1))
  expect(await buyer.ask('seats:release', {})).toMatchObject({ ok: true, holdId: null, seats: [], expiresInMs: 0 })

  const reasons = ['held', 'swapped', 'released', 'released']
  // Workers that hardly know each other tell it twice: a client ignores what it has seen.
  for (const socket of [buyer, elsewhere])
    await eventually(
      'told',
      5_000,
      () => [...new Map(socket.holds.map(({ revision, reason }) => [revision, reason])).values()],
      (seen) => String(seen) === String(reasons),
    )
  const replaced = await buyer.ask('seats:best', { count: 2, replace: true })
  const again = await buyer.ask('seats:best', { count: 4, replace: true })
  expect([replaced, again]).toMatchObject([{ seats: { length: 2 } }, { seats: { length: 4 } }])
  expect(replaced.ok && again.ok && replaced.holdId === again.holdId).toBe(true)
})

test('a party that fits in no row gets NO_BLOCK with a split; one that fits nowhere gets none', async () => {
  const performanceId = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS, { rows: 2, seatsPerRow: 4 })
  const buyer = await join(performanceId, 0, { seatCount: 8 })
  const split = await buyer.ask('seats:best', { count: 6 })
  expect(split).toMatchObject({ ok: false, code: 'NO_BLOCK', split: [{ length: 4 }, { length: 2 }] })
  expect(await buyer.ask('seats:best', { count: 9 })).toMatchObject({ ok: false, code: 'NO_BLOCK' })
  expect(await buyer.ask('seats:best', { count: 2, zoneId: 'nowhere' })).toMatchObject({ code: 'BAD_REQUEST' })
})

test('two performances have nothing to do with each other', async () => {
  const [one, two] = [await sale(), await sale()]
  const [buyer, other] = [await join(one, 0), await join(two, 1)]
  expect(await buyer.ask('seats:hold', { seats: [5] })).toMatchObject({ ok: true })
  expect(await buyer.ask('seats:hold', { performanceId: two, seats: [6] })).toMatchObject({ ok: true, seats: [6] })
  expect(await other.ask('seats:hold', { seats: [5] })).toMatchObject({ ok: true })
  await eventually('both seen', 5_000, () => other.store.statuses[5] === HELD && other.store.statuses[6] === HELD)
  expect(buyer.store.statuses[6]).toBe(AVAILABLE)
  // Whichever worker answers: not the one that a hold was made on, perhaps.
  await eventually('both counted', 5_000, async () => {
    const { shows } = (await (await fetch(`${cluster.origin(0)}/api/shows`)).json()) as {
      shows: { performances: { id: string; availableCount: number }[] }[]
    }
    const counts = new Map(shows.flatMap(({ performances }) => performances).map((p) => [p.id, p.availableCount]))
    return counts.get(one) === SEATS - 1 && counts.get(two) === SEATS - 2
  })
})

test('[H9] a repeated request has one effect and one answer; [H8] nobody gets more than the limit', async () => {
  const performanceId = await sale({ maxSeatsPerBuyer: 3 })
  const buyer = await join(performanceId, 0)
  const first = await buyer.ask('seats:hold', { seats: [1], requestId: 'r1' })
  const second = await buyer.ask('seats:hold', { seats: [1], requestId: 'r1' })
  expect(first).toMatchObject({ ok: true })
  expect(second).toMatchObject({ revision: first.ok && first.revision, seats: [1] })
  expect(await buyer.ask('seats:hold', { seats: [2, 3, 4] })).toEqual({ ok: false, code: 'LIMIT_EXCEEDED' })
})

test('what does not exist is NOT_FOUND or BAD_REQUEST', async () => {
  const performanceId = await sale()
  const buyer = await join(performanceId, 0)
  expect(await buyer.ask('seats:hold', { seats: [SEATS] })).toMatchObject({ code: 'BAD_REQUEST' })
  for (const nowhere of ['nowhere', '01890a5d-ac96-774b-bcce-b302099a8057']) {
    const absent = { performanceId: nowhere }
    expect(await buyer.ask('map:watch', absent)).toEqual({
      ok: false,
      code: 'NOT_FOUND',
      node: expect.any(String),
    })
    expect(await buyer.ask('seats:hold', { ...absent, seats: [1] })).toEqual({ ok: false, code: 'NOT_FOUND' })
    expect((await fetch(`${cluster.origin(0)}/api/performances/${nowhere}/snapshot`)).status).toBe(404)
  }
})

test('at most eight performances a socket; leaving one makes room', async () => {
  const ids = await Promise.all(Array.from({ length: 9 }, () => sale()))
  const [first = '', ...others] = ids
  const buyer = await join(first, 0)
  for (const performanceId of others.slice(0, 7))
    expect(await buyer.ask('map:watch', { performanceId })).toMatchObject({ ok: true })
  const ninth = { performanceId: ids[8] ?? '' }
  expect(await buyer.ask('map:watch', ninth)).toMatchObject({ ok: false, code: 'LIMIT_EXCEEDED' })
  expect(await buyer.ask('map:watch', {})).toMatchObject({ ok: true })
  expect(await buyer.ask('map:unwatch', {})).toMatchObject({ ok: true })
  expect(await buyer.ask('map:watch', ninth)).toMatchObject({ ok: true })
})

test('[H10, F9] nothing is held before the opening; at its second every watcher is told, and holds succeed', async () => {
  const performanceId = await sale({ status: 'scheduled', onSaleAt: new Date(Date.now() + 2_500) })
  const [one, two] = [await join(performanceId, 0), await join(performanceId, 1)]
  const watched = await one.ask('map:watch', {})
  expect(watched).toMatchObject({ ok: true, status: 'scheduled' })
  const opensAtMs = performance.now() + (watched.ok ? (watched.opensInMs ?? 0) : 0)
  expect(await one.ask('seats:hold', { seats: [1] })).toEqual({ ok: false, code: 'NOT_ON_SALE' })
  for (const buyer of [one, two]) {
    await eventually('told of the opening', 5_000, () => buyer.sales.some(({ status }) => status === 'on_sale'))
    expect(performance.now()).toBeGreaterThan(opensAtMs - 100)
    expect(performance.now()).toBeLessThan(opensAtMs + 1_000)
  }
  expect(await one.ask('seats:hold', { seats: [1] })).toMatchObject({ ok: true })
})

test('a snapshot waits for the state asked for, is not found older, and a fast revisit is not sent again', async () => {
  const performanceId = await sale()
  const buyer = await join(performanceId, 0)
  const ack = await buyer.ask('seats:hold', { seats: [3] })
  const at = { epoch: ack.ok ? ack.epoch : 0, revision: ack.ok ? ack.revision : 0 }
  const snapshot = await fetchSnapshot(cluster.origin(1), performanceId, at)
  expect(snapshot).toMatchObject(at)
  expect(snapshot.seats).toHaveLength(SEATS)
  expect(snapshot.seats[3]).toBe('1')

  const url = `${cluster.origin(1)}/api/performances/${performanceId}/snapshot`
  const response = await fetch(url)
  expect(response.headers.get('cache-control')).toBe('public, max-age=1')
  expect(response.headers.get('content-encoding')).toBe('gzip')
  const etag = response.headers.get('etag') ?? ''
  expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304)

  const tooEarly = await fetch(`${url}?min=1-9999`)
  expect(tooEarly.status).toBe(503)
  expect(tooEarly.headers.get('retry-after')).toBe('1')
  expect(await tooEarly.json()).toMatchObject({ code: 'UNAVAILABLE' })
  expect((await fetch(`${url}?min=1`)).status).toBe(400)
})

test('metrics of any worker are those of the whole node; it is alive and ready', async () => {
  for (const path of ['/healthz', '/readyz']) expect((await fetch(`${cluster.origin(0)}${path}`)).status).toBe(200)
  const performanceId = await sale()
  await Promise.all([0, 0, 0, 0].map(() => join(performanceId, 0)))
  const scrape = async () => {
    const text = await (await fetch(`${cluster.origin(0)}/metrics`)).text()
    return /^seatcast_sockets (\d+)$/m.exec(text)?.[1]
  }
  await eventually('four sockets on two workers', 1_000, scrape, (seen) => seen === '4')
  expect(await Promise.all([scrape(), scrape(), scrape(), scrape()])).toEqual(['4', '4', '4', '4'])
})

test('map:status counts the watchers of all workers and the available seats', async () => {
  const performanceId = await sale()
  const everybody = await onDifferentWorkers(performanceId, 4)
  const [one] = everybody as [Buyer, ...Buyer[]]
  const watching = buyers.filter(({ socket }) => socket.connected).length
  await one.ask('seats:hold', { seats: [1, 2] })
  await eventually(
    'counted',
    4_000,
    () => one.statuses.at(-1),
    (seen) => seen?.watchers === watching && seen.sections[0]?.[0] === SEATS - 2,
  )
})

test('a guest of one node is the same buyer on the other', async () => {
  const performanceId = await sale()
  const guest = await becomeGuest(cluster.origin(0))
  const [one, two] = [await join(performanceId, 0, { guest }), await join(performanceId, 1, { guest })]
  await one.ask('seats:hold', { seats: [20] })
  expect(await two.ask('seats:hold', { seats: [20] })).toMatchObject({ ok: true, seats: [20] })
})
