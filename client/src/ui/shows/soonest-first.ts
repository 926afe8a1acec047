import type { ShowSummary } from '@seatcast/shared/protocol/http.ts'

/** As people look for them: what is played soonest comes first; sales that are closed come last, within a show and among shows. */
export function soonestFirst(shows: readonly ShowSummary[]): ShowSummary[] {
  return shows
    .map((show) => ({ ...show, performances: show.performances.toSorted(openThenSoonest) }))
    .toSorted((one, other) => {
      const [first, second] = [one.performances[0], other.performances[0]]
      if (first === undefined || second === undefined) return Number(first === undefined) - Number(second === undefined)
      return openThenSoonest(first, second)
    })
}

type Performance = ShowSummary['performances'][number]

function openThenSoonest(one: Performance, other: Performance): number {
  const closed = Number(one.status === 'closed') - Number(other.status === 'closed')
  return closed === 0 ? Date.parse(one.startsAt) - Date.parse(other.startsAt) : closed
}
