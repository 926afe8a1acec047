import { randomInt } from 'node:crypto'
import * as fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { OrderRun } from '../../test/support/order-run.ts'
import { orderSequence, SEATS, type OrderStep } from '../../test/support/order-sequence.ts'
import { orderWorld } from '../../test/support/order-world.ts'
import { testDatabase } from '../../test/support/postgres.ts'
import { testRedis } from '../../test/support/redis.ts'
import { connectRedis, untilReady } from '../redis/client.ts'

/** Sequences of the normal run, beside the 320 of payments.model.pg.test.ts; `npm run test:full` asks for 10,000. */
const RUNS = Number(process.env['ORDER_RUNS'] ?? 700)
const SEED = Number(process.env['ORDER_SEED'] ?? randomInt(2 ** 31))
/** Performances, so that sequences run side by side, and share the outbox as they do in service. */
const LANES = 8

const server = await testRedis()
const store = await testDatabase()
const redis = connectRedis(server.url, 'commands', () => undefined)
await untilReady(redis, 5_000)
const world = orderWorld(store.url, redis, 2 * LANES)
afterAll(async () => {
  await world.close()
  await store.drop()
  redis.disconnect()
})

const aRun = async () => new OrderRun(world, await world.open({ rows: 1, seatsPerRow: SEATS, maxSeatsPerBuyer: 5 }))

test(
  `[O1-O11, R7, H8] ${RUNS} random sequences, ORDER_SEED=${SEED}: PostgreSQL and the map agree after every crash`,
  { timeout: 60_000 + RUNS * 300 },
  async () => {
    const sequences = fc.sample(orderSequence, { numRuns: RUNS, seed: SEED })
    const startedMs = performance.now()
    const failures: { readonly sequence: OrderStep[]; readonly fault: unknown }[] = []
    const work = async () => {
      const run = await aRun()
      for (let sequence = sequences.shift(); sequence && failures.length === 0; sequence = sequences.shift()) {
        const tried = sequence
        await run.run(tried).catch((fault: unknown) => failures.push({ sequence: tried, fault }))
      }
    }
    await Promise.all(Array.from({ length: LANES }, work))
    const seconds = (performance.now() - startedMs) / 1_000
    process.stdout.write(`orders: ${RUNS} sequences, ${(RUNS / seconds).toFixed(0)} a second, ORDER_SEED=${SEED}\n`)
    const [failure] = failures
    if (failure === undefined) return
    const shortest = await shrunk(failure.sequence)
    expect.fail(`ORDER_SEED=${SEED}: ${JSON.stringify(shortest)}\n${String(failure.fault)}`)
  },
)

/** Leaves out step after step for as long as the sequence still fails. */
async function shrunk(sequence: OrderStep[]): Promise<OrderStep[]> {
  const run = await aRun()
  let shortest = sequence
  for (let place = shortest.length - 1; place >= 0; place -= 1) {
    const shorter = shortest.toSpliced(place, 1)
    const fails = await run.run(shorter).then(
      () => false,
      () => true,
    )
    if (fails) shortest = shorter
  }
  return shortest
}
