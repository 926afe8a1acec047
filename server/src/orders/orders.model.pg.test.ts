import { randomInt } from 'node:crypto'
import * as fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { orderWorld } from '../../test/support/order-world.ts'
import { testDatabase } from '../../test/support/postgres.ts'
import { testRedis } from '../../test/support/redis.ts'
import { type SaleEnds, SaleRun } from '../../test/support/sale-run.ts'
import { DEARER_FROM, type SaleMoment, saleSequence, SEATS } from '../../test/support/sale-sequence.ts'
import { connectRedis, untilReady } from '../redis/client.ts'

/** Sequences of the normal run; `npm run test:full` asks for more. */
const RUNS = Number(process.env['ORDER_RUNS'] ?? 1_000)
const SEED = Number(process.env['ORDER_SEED'] ?? randomInt(2 ** 31))
/** Sequences that run side by side, each on a database of its own: a run of the work takes up all that is due. */
const LANES = 8
/** Sequences drawn from one seed; the next batch's seed is one more. */
const BATCH = 500

const server = await testRedis()
const redis = connectRedis(server.url, 'commands', () => undefined)
await untilReady(redis, 5_000)
const price = (id: string, minor: number, categories: number[]) => {
  return { id, name: id, color: '#336699', price: minor, currency: 'EUR', categories }
}
const lanes = await Promise.all(
  Array.from({ length: LANES }, async () => {
    const store = await testDatabase()
    const world = orderWorld(store.url, redis, 5)
    const first = await world.open({
      rows: 1,
      seatsPerRow: SEATS,
      maxSeatsPerBuyer: 5,
      startsAt: new Date(Date.now() + 30 * 86_400_000),
      zones: [price('all', 1_000, [0]), price('dearer', 1_700, [])],
    })
    first.zoneOfSeat.fill(1, DEARER_FROM)
    return {
      store,
      world,
      run: async (moments: readonly SaleMoment[]) => new SaleRun(world, await world.another(first)).run(moments),
    }
  }),
)
afterAll(async () => {
  for (const { world, store } of lanes) {
    await world.close()
    await store.drop()
  }
  redis.disconnect()
})

test(
  `[O1-O11, O14, P1-P11, R7, H8] ${RUNS} random sequences of buyers, money, time and crashes, ORDER_SEED=${SEED}: seats and money are right after each`,
  { timeout: 60_000 + RUNS * 300 },
  async () => {
    const ends: SaleEnds = {}
    const startedMs = performance.now()
    for (let done = 0; done < RUNS; done += BATCH) {
      const seed = SEED + done / BATCH
      await playAll(fc.sample(saleSequence, { numRuns: Math.min(BATCH, RUNS - done), seed }), seed, ends)
    }
    const seconds = (performance.now() - startedMs) / 1_000
    process.stdout.write(`orders: ${RUNS} sequences, ${(RUNS / seconds).toFixed(0)} a second, ORDER_SEED=${SEED}\n`)
    for (const end of ENDS) expect(ends[end] ?? 0, `sequences with "${end}"`).toBeGreaterThan(RUNS / 200)
  },
)

const ENDS = [
  'paid',
  'refunded',
  'expired',
  'cancelled',
  'moved seat',
  'charged by card: difference',
  'payment failed',
  'claimed late: expired',
  'claimed late: cancelled',
  'sale not open',
  'started',
  'blocked seat',
  'refund: cancelled',
  'refund: late',
  'refund: second',
  'refund: changed',
]

async function playAll(sequences: SaleMoment[][], seed: number, ends: SaleEnds): Promise<void> {
  const failures: { readonly moments: SaleMoment[]; readonly fault: unknown }[] = []
  await Promise.all(
    lanes.map(async ({ run }) => {
      for (let moments = sequences.shift(); moments && failures.length === 0; moments = sequences.shift()) {
        const tried = moments
        try {
          for (const [end, times] of Object.entries(await run(tried))) ends[end] = (ends[end] ?? 0) + times
        } catch (fault) {
          failures.push({ moments: tried, fault })
        }
      }
    }),
  )
  const [failure] = failures
  if (failure === undefined) return
  const shortest = await shrunk(failure.moments)
  throw new Error(`ORDER_SEED=${seed}: ${JSON.stringify(shortest)}`, { cause: failure.fault })
}

/** Leaves out moment after moment for as long as the sequence still fails. */
async function shrunk(moments: SaleMoment[]): Promise<SaleMoment[]> {
  let shortest = moments
  for (let place = shortest.length - 1; place >= 0; place -= 1) {
    const shorter = shortest.toSpliced(place, 1)
    const fails = await lanes[0]?.run(shorter).then(
      () => false,
      () => true,
    )
    if (fails === true) shortest = shorter
  }
  return shortest
}
