import { expect, test } from 'vitest'
import { blockWithin } from './block-within.ts'

const [HOST, BEN] = ['host', 'ben']
const owners = new Map([
  [1, HOST],
  [2, BEN],
  [30, BEN],
  [31, BEN],
])
const grown = { present: [1, 2, 3], brought: [30, 31], owners, hostId: HOST }
const within = (host: number, ben: number) => {
  const block = blockWithin({
    ...grown,
    seatsMax: new Map([
      [HOST, host],
      [BEN, ben],
    ]),
  })
  return [block.seats, Object.fromEntries(block.owners)]
}

test('[G2] within the limits everything stays, and what was brought is whose it was', () => {
  expect(within(2, 3)).toEqual([[1, 2, 3, 30, 31], Object.fromEntries(owners)])
})

test('[G7, H8] what somebody brought goes first, the seat in the block stays theirs', () => {
  expect(within(2, 1)).toEqual([[1, 2, 3], { 1: HOST, 2: BEN }])
})

test('[G7, H8] a seat that is too much for its member is nobody’s, and counts against the host', () => {
  expect(within(3, 0)).toEqual([[1, 2, 3], { 1: HOST }])
})

test('[G7, H8] what is too much for the host too is let go', () => {
  expect(within(2, 0)).toEqual([[1, 2], { 1: HOST }])
  expect(within(0, 0)).toEqual([[], {}])
})

test('[G2] a group has no more than ten seats', () => {
  const present = [1, 2, 3, 4, 5, 6, 7, 8, 9]
  const seatsMax = new Map([
    [HOST, 20],
    [BEN, 20],
  ])
  expect(blockWithin({ ...grown, present, seatsMax }).seats).toEqual([...present, 30])
})
