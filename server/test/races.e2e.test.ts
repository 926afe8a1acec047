import { afterAll, beforeAll, expect, test } from 'vitest'
import { joinSale, type Buyer } from './support/buyer.ts'
import { startCluster, TEST_PARTITIONS, type Cluster } from './support/cluster.ts'
import { createTestSale } from './support/test-sale.ts'

const CLIENTS = 200
const ROUNDS = 50
const SEATS = 500
let cluster: Cluster
let performanceId: string
let clients: Buyer[]

beforeAll(async () => {
  cluster = await startCluster()
  performanceId = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS, { maxSeatsPerBuyer: 20 })
  clients = []
  for (let first = 0; first < CLIENTS; first += 20) {
    const batch = Array.from({ length: 20 }, (_, index) => {
      const origins = [cluster.origin((first + index) % 2)]
      return joinSale({ origins, performanceId, seatCount: SEATS, watching: false })
    })
    clients.push(...(await Promise.all(batch)))
  }
})
afterAll(async () => {
  for (const client of clients ?? []) client.close()
  await cluster?.stop()
})

test(`[H2] ${CLIENTS} clients on four workers claim the same seat at one instant, ${ROUNDS} rounds: one winner each`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const seats = [round]
    const answers = await Promise.all(clients.map((client) => client.ask('seats:hold', { seats })))
    const winners = answers.filter(({ ok }) => ok)
    expect(winners).toHaveLength(1)
    const losers = answers.filter((answer) => !answer.ok && answer.code === 'SEAT_TAKEN')
    expect(losers).toHaveLength(CLIENTS - 1)
    const holders = clients.filter((_, index) => answers[index]?.ok)
    await Promise.all(holders.map((holder) => holder.ask('seats:release', {})))
  }
})

test('[H1, H2] overlapping blocks of four at one instant: winners share no seat, nobody has a part, losers have nothing', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const from = 100 + (round % 4)
    const wanted = clients.map((_, index) =>
      Array.from({ length: 4 }, (__, place) => from + ((index * 3) % 40) + place),
    )
    const answers = await Promise.all(
      clients.map((client, index) => client.ask('seats:hold', { seats: wanted[index] ?? [] })),
    )
    const taken = new Set<number>()
    let held = 0
    answers.forEach((answer, index) => {
      if (!answer.ok) {
        expect(answer.code).toBe('SEAT_TAKEN')
        expect(answer.seats?.length).toBeGreaterThan(0)
        return
      }
      expect(answer.seats.toSorted((a, b) => a - b)).toEqual(wanted[index])
      for (const seat of answer.seats) taken.add(seat)
      held += 4
    })
    expect(held).toBeGreaterThan(0)
    expect(taken.size).toBe(held)
    const holders = clients.filter((_, index) => answers[index]?.ok)
    await Promise.all(holders.map((holder) => holder.ask('seats:release', {})))
  }
})

test('200 clients ask for the best pair at one instant: all get one, no seat twice', async () => {
  const answers = await Promise.all(clients.map((client) => client.ask('seats:best', { count: 2 })))
  const seats = answers.flatMap((answer) => (answer.ok ? answer.seats : []))
  expect(answers.filter((answer) => !answer.ok && answer.code !== 'NO_BLOCK')).toEqual([])
  expect(new Set(seats).size).toBe(seats.length)
  // 500 seats in rows of 25: 200 pairs fit; a few may meet only blocks that others took in between.
  expect(seats.length / 2).toBeGreaterThanOrEqual(CLIENTS * 0.95)
})
