import { randomInt } from 'node:crypto'
import * as fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { type GroupEnds, GroupRun } from '../../../test/support/group-run.ts'
import { BLOCK, type GroupSequence, groupSequence } from '../../../test/support/group-sequence.ts'
import { orderWorld } from '../../../test/support/order-world.ts'
import { testDatabase } from '../../../test/support/postgres.ts'
import { testRedis } from '../../../test/support/redis.ts'
import { connectRedis, untilReady } from '../../redis/client.ts'

/** Sequences of the normal run; `npm run test:full` asks for more. */
const RUNS = Number(process.env['GROUP_RUNS'] ?? 200)
const SEED = Number(process.env['GROUP_SEED'] ?? randomInt(2 ** 31))
/** Sequences that run side by side, each on a database of its own: a run of the work takes up all that is due. */
const LANES = 4
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
      seatsPerRow: 2 * BLOCK,
      maxSeatsPerBuyer: BLOCK,
      startsAt: new Date(Date.now() + 30 * 86_400_000),
      zones: [price('all', 1_000, [0]), price('gift', 0, [])],
    })
    first.zoneOfSeat[BLOCK - 1] = 1
    return {
      store,
      world,
      run: async (sequence: GroupSequence) => new GroupRun(world, await world.another(first)).run(sequence),
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
  `[G9-G16, O6, P5, P6, P11] ${RUNS} random groups that come, pay, fail, cover, give up and crash, GROUP_SEED=${SEED}: never half sold, the money right to the unit`,
  { timeout: 60_000 + RUNS * 500 },
  async () => {
    const ends: GroupEnds = {}
    const startedMs = performance.now()
    for (let done = 0; done < RUNS; done += BATCH) {
      const seed = SEED + done / BATCH
      await playAll(fc.sample(groupSequence, { numRuns: Math.min(BATCH, RUNS - done), seed }), seed, ends)
    }
    const seconds = (performance.now() - startedMs) / 1_000
    process.stdout.write(`groups: ${RUNS} sequences, ${(RUNS / seconds).toFixed(0)} a second, GROUP_SEED=${SEED}\n`)
    for (const end of ENDS) expect(ends[end] ?? 0, `sequences with "${end}"`).toBeGreaterThan(RUNS / 200)
  },
)

const ENDS = [
  'one_pays sold',
  'one_pays open',
  'each_pays sold',
  'each_pays open',
  'host_covers sold',
  'host_covers open',
  'was capturing',
  'was short',
  'order: expired',
  'order: cancelled',
  'order: refunded',
  'refund: group',
  'refund: second',
  'paid by another',
  'counts against a friend',
]

async function playAll(sequences: GroupSequence[], seed: number, ends: GroupEnds): Promise<void> {
  const failures: { readonly sequence: GroupSequence; readonly fault: unknown }[] = []
  await Promise.all(
    lanes.map(async ({ run }) => {
      for (let next = sequences.shift(); next && failures.length === 0; next = sequences.shift()) {
        const sequence = next
        try {
          for (const [end, times] of Object.entries(await run(sequence))) ends[end] = (ends[end] ?? 0) + times
        } catch (fault) {
          failures.push({ sequence, fault })
        }
      }
    }),
  )
  const [failure] = failures
  if (failure === undefined) return
  const shortest = await shrunk(failure.sequence)
  throw new Error(`GROUP_SEED=${seed}: ${JSON.stringify(shortest)}`, { cause: failure.fault })
}

/** Leaves out moment after moment for as long as the sequence still fails. */
async function shrunk(sequence: GroupSequence): Promise<GroupSequence> {
  let shortest = sequence
  for (let place = shortest.moments.length - 1; place >= 0; place -= 1) {
    const shorter = { ...shortest, moments: shortest.moments.toSpliced(place, 1) }
    const fails = await lanes[0]?.run(shorter).then(
      () => false,
      () => true,
    )
    if (fails === true) shortest = shorter
  }
  return shortest
}
