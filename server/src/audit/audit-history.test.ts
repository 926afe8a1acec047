import { expect, test } from 'vitest'
import type { MapOperation } from '../redis/map-stream.ts'
import { auditHistory } from './audit-history.ts'
import type { MapDump } from './map-dump.ts'

const hold = (
  change: Partial<Extract<MapOperation, { k: 'hold' }>> & { readonly h: string },
): Extract<MapOperation, { k: 'hold' }> => ({ k: 'hold', b: 'ana', d: 10_000, s: [], r: 'held', c: [], ...change })
const order = (o: string, s: number[]): MapOperation => ({ k: 'order', o, b: 'ana', d: 0, s, st: 'pending', c: [] })

/** Entries of one operation each, with when they were written. */
async function findings(...entries: readonly (readonly [atMs: number, ...operations: MapOperation[]])[]) {
  const log = entries.map(([atMs, ...operations], place) => ({
    id: `1-${place + 2}`,
    chain: '',
    operations: JSON.stringify(operations),
    atMs,
  }))
  const dump: Pick<MapDump, 'log'> = { log }
  const facts = { base: {}, meta: {}, ...dump } as unknown as MapDump
  return (await auditHistory(facts)).flatMap(({ name, found }) => (name === 'revisions' ? [] : found))
}

test('[H5] ended in time, up to a second late: nothing to find', async () => {
  expect(
    await findings(
      [0, hold({ h: 'a', s: [1], c: [9] }), hold({ h: 'b', s: [2], c: [17], d: 5_000 })],
      [6_000, hold({ h: 'b', d: 5_000, r: 'expired', c: [16] })],
      [10_000, hold({ h: 'a', r: 'expired', c: [8] })],
    ),
  ).toEqual([])
})

test('[H5] too early, too late, used after its deadline', async () => {
  expect(
    await findings(
      [9_999, hold({ h: 'a', r: 'expired' })],
      [11_001, hold({ h: 'b', r: 'expired' })],
      [0, hold({ h: 'c', s: [3], c: [25] })],
      [10_400, hold({ h: 'c', s: [3, 4], c: [33], d: 20_000 })],
    ),
  ).toEqual([
    'hold a ended 1 ms before its deadline, in entry 1-2',
    'hold b ended 1001 ms after its deadline, in entry 1-3',
    'hold c was used 400 ms after its deadline, in entry 1-5',
  ])
})

test('[H2] seats that change hands in order: held, ordered, returned, freed, held by the next', async () => {
  expect(
    await findings(
      [0, hold({ h: 'a', s: [1, 2], c: [9, 17] })],
      [1, hold({ h: 'a', s: [2], r: 'ordered' }), order('x', [1])],
      [2, order('x', []), hold({ h: 'a', s: [2, 1], c: [9] })],
      [3, hold({ h: 'a', s: [], r: 'released', c: [8, 16] })],
      [4, hold({ h: 'b', s: [1], c: [9] })],
      [5, hold({ h: 'b', s: [], r: 'lost', c: [8] }), order('y', [1])],
    ),
  ).toEqual([])
})

test("[H3] a seat taken over, freed or blocked while it was somebody else's", async () => {
  expect(
    await findings(
      [0, hold({ h: 'a', s: [1, 2, 3], c: [9, 17, 25] })],
      [1, hold({ h: 'b', s: [1], c: [9] })],
      [2, hold({ h: 'b', s: [1], c: [16] })],
      [3, { k: 'seats', c: [28] }],
      [4, order('x', [2])],
    ),
  ).toEqual([
    'seat 1 went to hold b while hold a had it, in entry 1-3',
    'seat 2 became free while hold a had it, in entry 1-4',
    'seat 3 became blocked while hold a had it, in entry 1-5',
    'seat 2 went to order x while hold a had it, in entry 1-6',
  ])
})

test('[R5] what an epoch before this one knew counts no more', async () => {
  expect(
    await findings([0, hold({ h: 'a', s: [1], c: [9] })], [1, { k: 'start' }], [2, hold({ h: 'b', s: [1], c: [9] })]),
  ).toEqual([])
})
