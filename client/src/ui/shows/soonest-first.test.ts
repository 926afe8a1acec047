import type { ShowSummary } from '@seatcast/shared/protocol/http.ts'
import { expect, test } from 'vitest'
import { soonestFirst } from './soonest-first.ts'

type Performance = ShowSummary['performances'][number]

const performance = (id: string, startsAt: string, status: Performance['status'] = 'on_sale'): Performance => ({
  id,
  startsAt,
  status,
  onSaleAt: null,
  opensInMs: null,
  seatCount: 10,
  availableCount: 10,
})
const show = (title: string, ...performances: Performance[]): ShowSummary => ({
  id: title,
  title,
  titles: { en: title },
  performances,
})

test('the soonest performance comes first, in whatever time zone it is written', () => {
  const shows = soonestFirst([
    show('Late', performance('c', '2027-05-03T10:00:00.000Z')),
    show('Soon', performance('b', '2027-05-02T10:00:00.000Z'), performance('a', '2027-05-02T18:00:00+09:00')),
  ])
  expect(shows.map(({ title }) => title)).toEqual(['Soon', 'Late'])
  expect(shows[0]?.performances.map(({ id }) => id)).toEqual(['a', 'b'])
})

test('closed sales and shows without performances come last', () => {
  const shows = soonestFirst([
    show('Empty'),
    show('Over', performance('a', '2027-01-01T10:00:00Z', 'closed')),
    show('Open', performance('b', '2027-01-02T10:00:00Z', 'closed'), performance('c', '2027-09-01T10:00:00Z')),
  ])
  expect(shows.map(({ title }) => title)).toEqual(['Open', 'Over', 'Empty'])
  expect(shows[0]?.performances.map(({ id }) => id)).toEqual(['c', 'b'])
})
