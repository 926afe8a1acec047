import { pino } from 'pino'
import { expect, test } from 'vitest'
import { SimClock } from '../../test/support/convergence-clock.ts'
import { simPerformance } from '../../test/support/convergence-worker.ts'
import { stateOf } from '../../test/support/feed-fixtures.ts'
import type { MapState, SeenPosition } from './map-source.ts'
import { trustworthyState } from './map-rebuild.ts'

const SEEN: SeenPosition = { epoch: 2, revision: 10, chain: 'aaaaaaaa', rewritten: false, holds: [] }

/** Asks until it trusts one of the readings, in order. */
async function trusted(readings: readonly (Partial<MapState> | undefined | Error)[], seen: Partial<SeenPosition> = {}) {
  const clock = new SimClock()
  const doubts: (SeenPosition | undefined)[] = []
  const closing = new AbortController()
  let reads = 0
  const source = {
    loadPerformance: () => Promise.resolve(undefined),
    ensureLoaded: (_: unknown, doubt?: SeenPosition) => Promise.resolve(void doubts.push(doubt)),
    readState: () => {
      const reading = readings[reads++]
      if (reading instanceof Error) return Promise.reject(reading)
      return Promise.resolve(reading && stateOf(1, reading))
    },
  }
  let found: MapState | undefined
  const log = pino({ level: 'silent' })
  const asking = trustworthyState(
    source,
    simPerformance(1),
    { ...SEEN, ...seen },
    { clock, log, signal: closing.signal },
  )
  void asking.then((state) => (found = state))
  await new Promise(setImmediate)
  await clock.runUntil(60_000, () => undefined)
  closing.abort()
  await asking
  return { found, doubts, reads }
}

test('a later revision, or a later epoch, is trusted', async () => {
  expect((await trusted([{ epoch: 2, revision: 11, chain: 'bbbbbbbb' }])).found?.revision).toBe(11)
  expect((await trusted([{ epoch: 3, revision: 1 }])).found?.epoch).toBe(3)
  expect((await trusted([{ epoch: 2, revision: 10, chain: 'aaaaaaaa' }])).found?.revision).toBe(10)
})

test('[R5] an older state, none, or a failure is asked for again', async () => {
  const { found, reads } = await trusted([
    new Error('away'),
    undefined,
    { epoch: 2, revision: 9 },
    { epoch: 1, revision: 99 },
    { epoch: 3 },
  ])
  expect(found?.epoch).toBe(3)
  expect(reads).toBe(5)
})

test('[R3] another history at the same revision ends the epoch', async () => {
  const { found, doubts } = await trusted([{ epoch: 2, revision: 10, chain: 'cccccccc' }, { epoch: 3 }])
  expect(doubts.map((doubt) => doubt?.rewritten)).toEqual([false, true])
  expect(found?.epoch).toBe(3)
})

test('[R3] once rewritten, no state of that epoch is trusted', async () => {
  const { found, reads } = await trusted([{ epoch: 2, revision: 12 }, { epoch: 3 }], { rewritten: true })
  expect([found?.epoch, reads]).toEqual([3, 2])
})

test('asking ends when the map is closed', async () => {
  const { found, reads } = await trusted([])
  expect(found).toBeUndefined()
  expect(reads).toBeGreaterThan(10)
})
