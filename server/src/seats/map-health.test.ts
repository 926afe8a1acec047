import { expect, test } from 'vitest'
import { mapHealth } from './map-health.ts'

const hold = { holdId: 'h1', buyer: 'ann', deadlineMs: 1, seats: [1] }
const order = { orderId: 'o1', buyer: 'bob', status: 'pending', deadlineMs: 1, seats: [2] } as const
const read = {
  epoch: 3,
  revision: 9,
  chain: 'aaaaaaaa',
  seatCount: 4,
  seats: Uint8Array.of(0, 1, 2, 4),
  holds: [hold],
  orders: [order],
  counts: { owners: 2, deadlines: 1, buyers: 2 },
}
const known = { epoch: 3, redisRunId: 'run-1' }

test('[R5] a map of the epoch and run that PostgreSQL names is ok', () => {
  expect(mapHealth(read, known, 'run-1')).toBe('ok')
  expect(mapHealth(read, known, 'run-1', { epoch: 3, revision: 9, chain: 'aaaaaaaa' })).toBe('ok')
  expect(mapHealth(read, known, 'run-1', { epoch: 3, revision: 8, chain: 'cccccccc' })).toBe('ok')
  expect(mapHealth(read, known, 'run-1', { epoch: 2, revision: 99, chain: 'cccccccc' })).toBe('ok')
})

test('[R5] no map, or one without its seats, is missing', () => {
  expect(mapHealth(undefined, known, 'run-1')).toBe('missing')
  expect(mapHealth({ ...read, seats: new Uint8Array() }, known, 'run-1')).toBe('missing')
})

test('[R5] a map on another run of Redis needs a new epoch, unless it has one already', () => {
  expect(mapHealth(read, known, 'run-2')).toBe('other run')
  expect(mapHealth(read, { ...known, redisRunId: null }, 'run-1')).toBe('other run')
  expect(mapHealth({ ...read, epoch: 4 }, known, 'run-2')).toBe('ok')
})

test('[R5] a map older than PostgreSQL or a mirror has rolled back', () => {
  expect(mapHealth(read, { ...known, epoch: 4 }, 'run-1')).toBe('rolled back')
  expect(mapHealth(read, known, 'run-1', { epoch: 3, revision: 10, chain: 'cccccccc' })).toBe('rolled back')
  expect(mapHealth(read, known, 'run-1', { epoch: 4, revision: 1, chain: 'cccccccc' })).toBe('rolled back')
})

test('[R3] the same revision with another chain is another history', () => {
  expect(mapHealth(read, known, 'run-1', { epoch: 3, revision: 9, chain: 'bbbbbbbb' })).toBe('rolled back')
})

test.for([
  ['states', { seats: Uint8Array.of(0, 1, 2, 208) }],
  ['holds', { holds: [] }],
  ['deadlines', { counts: { ...read.counts, deadlines: 0 } }],
  ['owners', { counts: { ...read.counts, owners: 1 } }],
  ['buyers', { counts: { ...read.counts, buyers: 1 } }],
] as const)('[R5] a map whose %s are gone, or some of them, is missing a part', ([, change]) => {
  expect(mapHealth({ ...read, ...change }, known, 'run-1')).toBe('missing')
})

test('[R5] records of what is just ending do not make a map doubtful', () => {
  const ended = { ...order, seats: [] }
  const counts = { owners: 2, deadlines: 2, buyers: 3 }
  expect(mapHealth({ ...read, orders: [order, { ...ended, buyer: 'cem' }], counts }, known, 'run-1')).toBe('ok')
})
