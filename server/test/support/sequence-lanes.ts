import * as fc from 'fast-check'
import { afterAll, expect } from 'vitest'
import { connectRedis, untilReady } from '../../src/redis/client.ts'
import type { OrderableMap } from '../../src/orders/place-order.ts'
import { type OrderWorld, orderWorld } from './order-world.ts'
import { testDatabase } from './postgres.ts'
import { testRedis } from './redis.ts'
import type { TestSale } from './test-sale.ts'

/** Sequences drawn from one seed; the next batch's seed is one more. */
const BATCH = 500

/** How often sequences ended in each way that a model tells. */
export type Ends = Record<string, number>

interface LanesOptions<Sequence> {
  /** Sequences that run side by side, each on a database of its own: a run of the work takes up all that is due. */
  readonly lanes: number
  /** What each database's performances are like: one row, two zones; `others` are the places that are not of the first. */
  readonly sale: Pick<TestSale, 'seatsPerRow' | 'maxSeatsPerBuyer'> & {
    readonly otherPrice: number
    readonly others: { readonly from: number; readonly to: number }
  }
  /** Plays a sequence on a performance of its own; throws at the first difference. */
  readonly play: (world: OrderWorld, map: OrderableMap, sequence: Sequence) => Promise<Ends>
  readonly momentsOf: (sequence: Sequence) => readonly unknown[]
  /** The sequence but for one moment. */
  readonly without: (sequence: Sequence, moment: number) => Sequence
}

interface RandomRun<Sequence> {
  readonly sequences: fc.Arbitrary<Sequence>
  readonly runs: number
  /** The environment variable that repeats a run, and its value. */
  readonly seedName: string
  readonly seed: number
  /** Each is to be met by some sequences: else the model looks past it. */
  readonly ends: readonly string[]
}

/** Call it at the top of a test file: databases and a Redis for random sequences, closed after the file's tests. */
export async function sequenceLanes<Sequence>(options: LanesOptions<Sequence>) {
  const server = await testRedis()
  const redis = connectRedis(server.url, 'commands', () => undefined)
  await untilReady(redis, 5_000)
  const { otherPrice, others, ...size } = options.sale
  const lanes = await Promise.all(
    Array.from({ length: options.lanes }, async () => {
      const store = await testDatabase()
      const world = orderWorld(store.url, redis, 5)
      const first = await world.open({
        rows: 1,
        ...size,
        startsAt: new Date(Date.now() + 30 * 86_400_000),
        zones: [zone('all', 1_000, [0]), zone('other', otherPrice, [])],
      })
      first.zoneOfSeat.fill(1, others.from, others.to)
      return {
        store,
        world,
        play: async (sequence: Sequence) => options.play(world, await world.another(first), sequence),
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

  /** Throws with the seed and the shortest sequence that fails. */
  const playAll = async (sequences: Sequence[], name: string): Promise<Ends> => {
    const met: Ends = {}
    const failures: { readonly sequence: Sequence; readonly fault: unknown }[] = []
    await Promise.all(
      lanes.map(async ({ play }) => {
        for (let next = sequences.shift(); next && failures.length === 0; next = sequences.shift()) {
          const sequence = next
          try {
            add(met, await play(sequence))
          } catch (fault) {
            failures.push({ sequence, fault })
          }
        }
      }),
    )
    const [failure] = failures
    if (failure === undefined) return met
    throw new Error(`${name}: ${JSON.stringify(await shrunk(failure.sequence))}`, { cause: failure.fault })
  }

  /** Leaves out moment after moment for as long as the sequence still fails. */
  const shrunk = async (sequence: Sequence): Promise<Sequence> => {
    let shortest = sequence
    for (let place = options.momentsOf(shortest).length - 1; place >= 0; place -= 1) {
      const shorter = options.without(shortest, place)
      const fails = await lanes[0]?.play(shorter).then(
        () => false,
        () => true,
      )
      if (fails === true) shortest = shorter
    }
    return shortest
  }

  return {
    async playRandom({ sequences, runs, seedName, seed, ends }: RandomRun<Sequence>): Promise<void> {
      const met: Ends = {}
      const startedMs = performance.now()
      for (let done = 0; done < runs; done += BATCH) {
        const batchSeed = seed + done / BATCH
        const drawn = fc.sample(sequences, { numRuns: Math.min(BATCH, runs - done), seed: batchSeed })
        add(met, await playAll(drawn, `${seedName}=${batchSeed}`))
      }
      const perSecond = (runs / ((performance.now() - startedMs) / 1_000)).toFixed(0)
      process.stdout.write(`${runs} sequences, ${perSecond} a second, ${seedName}=${seed}\n`)
      for (const end of ends) expect(met[end] ?? 0, `sequences with "${end}"`).toBeGreaterThan(runs / 200)
    },
  }
}

const zone = (id: string, price: number, categories: number[]) => {
  return { id, name: id, color: '#336699', price, currency: 'EUR', categories }
}

function add(sum: Ends, more: Ends): void {
  for (const [end, times] of Object.entries(more)) sum[end] = (sum[end] ?? 0) + times
}
