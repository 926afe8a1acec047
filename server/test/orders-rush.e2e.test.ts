import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { fetchSnapshot } from './support/buyer.ts'
import { startCluster, TEST_PARTITIONS, type Cluster } from './support/cluster.ts'
import { eventually } from './support/eventually.ts'
import { countDeadlocks, readBooks } from './support/sale-books.ts'
import { auditFindings, type Said, type Shopper, shoppers } from './support/shopper.ts'
import { createTestSale, type TestSale } from './support/test-sale.ts'

/** Seats of the hall that is sold out; the long run sells a big one. A multiple of 50. */
const HALL_SEATS = Number(process.env['RUSH_SEATS'] ?? 1_200)
/** Minor units: odd, so that a rounded sum would show. */
const PRICE = 1_237
const SOLD = 2
let cluster: Cluster
const open: Shopper[] = []

beforeAll(async () => {
  cluster = await startCluster({ workers: 1, schedulers: 1 })
})
afterAll(() => cluster?.stop())
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

async function sale(options: TestSale): Promise<string> {
  const zones = [{ id: 'all', name: 'All', color: '#336699', price: PRICE, currency: 'EUR', categories: [0] }]
  return await createTestSale(cluster.databaseUrl, TEST_PARTITIONS, { zones, paymentSeconds: 600, ...options })
}

async function gather(performanceId: string, count: number): Promise<Shopper[]> {
  const all = await shoppers([cluster.origin(0), cluster.origin(1)], performanceId, count)
  open.push(...all)
  return all
}

/** Every one of `seats` seats is sold, once, on every node's map, and the money is right to the unit. */
async function expectSoldOnce(performanceId: string, seats: readonly number[], hallSeats: number): Promise<void> {
  const books = await readBooks(cluster.databaseUrl, performanceId)
  const money = seats.length * PRICE
  expect(books).toEqual({ sold: seats, ordersWaiting: 0, ordered: money, taken: money, debited: money, ledger: 0 })
  const sold = new Set(seats)
  const wanted = Array.from({ length: hallSeats }, (_, seat) => (sold.has(seat) ? SOLD : 0)).join('')
  for (const node of [0, 1])
    await eventually(`the map of node ${node} shows it`, 5_000, async () => {
      const shown = (await fetchSnapshot(cluster.origin(node), performanceId)).seats
      return shown === wanted
    })
  await eventually('a sound audit', 5_000, () => auditFindings(cluster.origin(0), performanceId), isEmpty)
}
const isEmpty = (found: readonly unknown[]): boolean => found.length === 0
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
const shuffled = (seats: readonly number[]): number[] =>
  seats
    .map((seat) => ({ seat, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ seat }) => seat)

/** Orders what it holds and pays for it with two presses at once; the seats that are now its own. */
async function buyHeld(one: Shopper): Promise<number[]> {
  const placed = await one.place()
  expect(placed).toMatchObject({ status: 201 })
  const { id, seats } = placed.body.order
  const presses = await Promise.all([one.pay(id), one.pay(id)])
  for (const press of presses) expect(press).toMatchObject({ status: 200, body: { order: { status: 'paid' } } })
  return seats.map(({ seat }) => seat)
}

test('[O1, O3, P3] 200 clients race to buy the same 20 seats, some of them without a hold: 20 sold, once each', async () => {
  const id = await sale({ rows: 2, seatsPerRow: 25, maxSeatsPerBuyer: 4 })
  const clients = await gather(id, 200)
  const bought = await Promise.all(
    clients.map(async (client, index) => {
      const mine: number[] = []
      for (const seat of shuffled(upTo(20))) {
        if (index % 4 === 0) {
          const cheeky = await client.place({ seats: [seat] }) // no hold: whoever holds it, if anybody
          expect(cheeky).toMatchObject({ status: 409, body: { code: 'NO_HOLD' } })
          continue
        }
        const held = await client.ask('seats:hold', { seats: [seat] })
        if (held.ok) mine.push(...(await buyHeld(client)))
        else expect(['SEAT_TAKEN', 'LIMIT_EXCEEDED']).toContain(held.code)
      }
      return mine
    }),
  )
  expect(bought.flat().toSorted((a, b) => a - b)).toEqual(upTo(20))
  expect(bought.filter((_, index) => index % 4 === 0).flat()).toEqual([])
  await expectSoldOnce(id, upTo(20), 50)
})

test('[O1, O3] 1,000 buyers on 10 seats: 10 sold, once each', async () => {
  const id = await sale({ rows: 1, seatsPerRow: 50 })
  const buyers = await gather(id, 1_000)
  const startedMs = performance.now()
  const bought = await Promise.all(
    buyers.map(async (buyer, index) => {
      const seat = index % 10
      const held = await buyer.ask('seats:hold', { seats: [seat] })
      if (held.ok) return await buyHeld(buyer)
      expect(held.code).toBe('SEAT_TAKEN')
      // A tenth of those who came too late tries it all the same.
      if (index % 100 < 10) expect((await buyer.place({ seats: [seat] })).body.code).toBe('NO_HOLD')
      return []
    }),
  )
  console.log(`1,000 buyers on 10 seats: ${Math.round(performance.now() - startedMs)} ms`)
  expect(bought.flat().toSorted((a, b) => a - b)).toEqual(upTo(10))
  await expectSoldOnce(id, upTo(10), 50)
})

test(
  `a hall of ${HALL_SEATS} seats is sold out: every seat once, the money exact`,
  { timeout: 120_000 + HALL_SEATS * 60 },
  async () => {
    const id = await sale({ rows: HALL_SEATS / 50, seatsPerRow: 50, maxSeatsPerBuyer: 20 })
    const buyers = await gather(id, Math.ceil(HALL_SEATS / 12))
    const startedMs = performance.now()
    let orders = 0
    /** Parties of one to four, until nothing is left; now and then one is not paid for and given back. */
    const shop = async (buyer: Shopper): Promise<number[]> => {
      const mine: number[] = []
      for (let misses = 0; ;) {
        const count = misses > 0 ? 1 : 1 + Math.floor(Math.random() * 4)
        const held = await buyer.ask('seats:best', { count })
        if (!held.ok) {
          if (held.code === 'LIMIT_EXCEEDED' && count === 1) return mine
          expect(['NO_BLOCK', 'LIMIT_EXCEEDED', 'SEAT_TAKEN', 'OVERLOADED']).toContain(held.code)
          misses += 1
          // Others may still give seats back.
          if (misses > 3 && held.code === 'NO_BLOCK' && (await soldOut(id))) return mine
          await new Promise((resolve) => setTimeout(resolve, 20 * misses))
          continue
        }
        misses = 0
        const placed = await again((key) => buyer.place({}, key))
        expect(placed).toMatchObject({ status: 201 })
        orders += 1
        const { order } = placed.body
        if (Math.random() < 0.1) {
          const cancel = (key: string) => buyer.request('POST', `/api/orders/${order.id}/cancel`, {}, key)
          expect((await again(cancel)).status).toBe(200)
          continue
        }
        const paid = await again((key) => buyer.pay(order.id, { method: 'wallet' }, key))
        expect(paid).toMatchObject({ status: 200, body: { order: { status: 'paid' } } })
        mine.push(...order.seats.map(({ seat }) => seat))
      }
    }
    const bought = await Promise.all(buyers.map(shop))
    const seconds = (performance.now() - startedMs) / 1_000
    console.log(
      `${HALL_SEATS} seats sold out by ${buyers.length} buyers in ${orders} orders: ${seconds.toFixed(1)} s, ` +
        `${Math.round(orders / seconds)} orders a second, ${busy} requests were told to come again`,
    )
    expect(bought.flat().toSorted((a, b) => a - b)).toEqual(upTo(HALL_SEATS))
    await expectSoldOnce(id, upTo(HALL_SEATS), HALL_SEATS)
  },
)

/** What a client does when a node has too much to do: the same request again, with the same key. */
async function again<T>(call: (key: string) => Promise<Said<T>>): Promise<Said<T>> {
  const key = randomUUID()
  for (;;) {
    const said = await call(key)
    if (said.status !== 503) return said
    busy += 1
    await new Promise((resolve) => setTimeout(resolve, 500 + Math.random() * 1_000))
  }
}
let busy = 0

const soldOut = async (id: string): Promise<boolean> => {
  const { seats } = await fetchSnapshot(cluster.origin(0), id)
  return !/[01]/.test(seats)
}

test('[O3] 64 buyers at once want overlapping sets of 8, order, change their minds: no deadlock, nothing sold twice', async () => {
  const id = await sale({ rows: 2, seatsPerRow: 40 })
  const buyers = await gather(id, 64)
  const before = await countDeadlocks(cluster.databaseUrl)
  for (let round = 0; round < 5; round += 1) {
    const placed = await Promise.all(
      buyers.map(async (buyer, index) => {
        // Spread over the hall and in an order of its own; a retry takes what is still free of it.
        const wanted = shuffled(upTo(8).map((nth) => (index * 3 + nth * 7 + round) % 80))
        const held = await buyer.ask('seats:hold', { seats: wanted })
        if (!held.ok) {
          const free = wanted.filter((seat) => held.code !== 'SEAT_TAKEN' || held.seats?.includes(seat) !== true)
          if (free.length === 0 || !(await buyer.ask('seats:hold', { seats: free })).ok) return undefined
        }
        const key = randomUUID()
        const [one, other] = await Promise.all([buyer.place({}, key), buyer.place({}, key)])
        expect(one).toMatchObject({ status: 201 })
        expect(other.body).toEqual(one.body)
        return { buyer, order: one.body.order }
      }),
    )
    const made = placed.filter((one) => one !== undefined)
    const seats = made.flatMap(({ order }) => order.seats.map(({ seat }) => seat))
    expect(made.length).toBeGreaterThan(5)
    expect(new Set(seats).size).toBe(seats.length)
    const cancelled = await Promise.all(
      made.map(({ buyer, order }) => buyer.request('POST', `/api/orders/${order.id}/cancel`, {})),
    )
    expect(cancelled.map(({ status }) => status)).toEqual(made.map(() => 200))
    await Promise.all(buyers.map((buyer) => buyer.ask('seats:release', {})))
  }
  expect(await countDeadlocks(cluster.databaseUrl)).toBe(before)
  await expectSoldOnce(id, [], 80)
})
