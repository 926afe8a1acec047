import { expect, test } from 'vitest'
import { WatchedPerformances } from './watched-performances.ts'

const listed = (id: string, epoch = 1) => ({ id, partition: 0, epoch })
const idsOf = (list: readonly { target: { id: string } }[]) => list.map(({ target }) => target.id)

test('a new performance is due at once; one never loaded is missing and not due', () => {
  const watched = new WatchedPerformances()
  watched.update([listed('a'), listed('b', 0)])
  expect(idsOf(watched.due(0))).toEqual(['a'])
  expect(watched.nextDueMs).toBe(0)
  expect(idsOf(watched.all().filter(({ missing }) => missing))).toEqual(['b'])
})

test('listing it again keeps when it is due, a later epoch makes it due, an earlier one is not believed', () => {
  const watched = new WatchedPerformances()
  watched.update([listed('a')])
  for (const one of watched.due(0)) one.dueMs = 200
  watched.update([listed('a')])
  expect(watched.due(199)).toEqual([])
  expect(idsOf(watched.due(200))).toEqual(['a'])
  watched.update([listed('a', 3)])
  expect(watched.due(0)[0]?.target.epoch).toBe(3)
  watched.update([listed('a', 2)])
  expect(watched.due(0)[0]?.target.epoch).toBe(3)
})

test('one that PostgreSQL calls closed stays until two looks found nothing left of it: its last holds must still end', () => {
  const watched = new WatchedPerformances()
  watched.update([listed('a')])
  watched.update([])
  const [one] = watched.due(0)
  expect(one).toMatchObject({ finished: true })
  watched.updateClosed([{ ...listed('a'), busy: false }])
  watched.updateClosed([{ ...listed('a'), busy: true }])
  watched.updateClosed([{ ...listed('a'), busy: false }])
  expect(idsOf(watched.all())).toEqual(['a'])
  watched.updateClosed([{ ...listed('a'), busy: false }])
  expect(watched.all()).toEqual([])
  expect(watched.nextDueMs).toBe(Infinity)
})

test('[H5] a closed one that was never listed is followed while something is left of it', () => {
  const watched = new WatchedPerformances()
  watched.updateClosed([
    { ...listed('a'), busy: true },
    { ...listed('b'), busy: false },
  ])
  expect(idsOf(watched.due(0))).toEqual(['a'])
  watched.update([])
  expect(idsOf(watched.due(0))).toEqual(['a'])
})
