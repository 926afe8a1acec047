import { beforeEach, expect, test, vi } from 'vitest'
import type { HolderNews, SeatcastServer } from '../socket/server.ts'
import { AddressCount } from '../socket/address-count.ts'
import { HolderNewsDesk } from './holder-news.ts'
import { workerReports } from './worker-reports.ts'

const news = (buyer: string, performanceId = 'p'): HolderNews => [
  buyer,
  { performanceId, holdId: 'h', seats: [1], expiresInMs: 9, epoch: 1, revision: 2, reason: 'held' },
]

function desk(isTeller: boolean) {
  const told: (readonly HolderNews[])[] = []
  const sockets: HolderNews[] = []
  const followed: string[] = []
  const made = new HolderNewsDesk({
    isTeller: () => isTeller,
    tellOthers: (list) => told.push(list),
    tellSockets(one) {
      sockets.push(one)
      return one[0] === 'ann'
    },
    follow: (id) => followed.push(id),
  })
  return { made, told, sockets, followed }
}

beforeEach(() => {
  vi.useFakeTimers()
  return () => vi.useRealTimers()
})

test('a teller brings what happens within a moment to the others as one message; who is none brings nothing', () => {
  const teller = desk(true)
  const other = desk(false)
  for (const { made } of [teller, other]) for (const buyer of ['ann', 'bob']) made.changed(news(buyer))
  vi.advanceTimersByTime(1_000)
  expect(teller.told).toEqual([[news('ann'), news('bob')]])
  expect(other.told).toEqual([])
  for (const { sockets } of [teller, other]) expect(sockets).toEqual([news('ann'), news('bob')])
  teller.made.changed(news('ann'))
  vi.advanceTimersByTime(1_000)
  expect(teller.told).toHaveLength(2)
})

test('who hears of a buyer that is connected here follows the map from now on', () => {
  const { made, sockets, followed, told } = desk(true)
  made.heard([news('ann', 'p'), news('ann', 'p'), news('bob', 'q')])
  expect(sockets).toHaveLength(3)
  expect(followed).toEqual(['p'])
  vi.advanceTimersByTime(1_000)
  expect(told).toEqual([])
})

/** A worker's reports as the adapter would bring them. */
function reportsOf(worker: string) {
  const reports = workerReports(worker, new AddressCount(), 100)
  const listeners = new Map<string, (other: string, counts: Record<string, number>) => void>()
  reports.listen({ on: (event: string, hear: () => void) => listeners.set(event, hear) } as unknown as SeatcastServer)
  return {
    reports,
    hear: (other: string, counts: Record<string, number>) => listeners.get('watchers:counted')?.(other, counts),
  }
}

test('where all workers follow a map nobody is told; else by the first two who do; a new worker tells', () => {
  const { reports, hear } = reportsOf('node:3')
  expect(reports.isTeller('p')).toBe(true)
  vi.advanceTimersByTime(8_000)
  expect(reports.isTeller('p')).toBe(false) // alone
  hear('node:1', { p: 0 })
  expect(reports.isTeller('p')).toBe(false) // all follow
  hear('node:4', { q: 1 })
  expect(reports.isTeller('p')).toBe(true) // the second of two
  hear('node:2', { p: 3 })
  expect(reports.isTeller('p')).toBe(false) // the third
  vi.advanceTimersByTime(14_000)
  hear('node:4', {})
  hear('node:1', { p: 0 })
  vi.advanceTimersByTime(2_000)
  expect(reports.isTeller('p')).toBe(true) // the second died
})
