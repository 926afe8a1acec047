import type { ShowList, ShowSummary } from '@seatcast/shared/protocol/http.ts'
import type { ApiClient } from './api-client.ts'
import type { Command } from './command.ts'
import { allPages } from './pages.ts'
import { inWords } from './words.ts'

export const showCommands: readonly Command[] = [
  {
    name: 'show create',
    arguments: [],
    summary: 'Create a show; prints its id',
    options: {
      title: { type: 'string', help: 'in English' },
      'title-ko': { type: 'string', help: 'in Korean' },
    },
    async run({ api, required, optional }) {
      const ko = optional('title-ko')
      const title = { en: required('title'), ...(ko !== undefined && { ko }) }
      const show = await api.send<{ id: string }>('POST', '/api/shows', { title })
      return { lines: [show.id], json: show }
    },
  },
  {
    name: 'show list',
    arguments: [],
    summary: 'Shows with their performances, newest first',
    options: {},
    async run({ api }) {
      const shows = await everyShow(api)
      const lines = shows.flatMap((show) => [
        `${show.id}  ${show.title}`,
        ...show.performances.map(
          (one) =>
            `  ${one.id}  ${one.startsAt}  ${one.status}${inWords(one)}  ${one.availableCount} of ${one.seatCount} free`,
        ),
      ])
      return { lines: lines.length === 0 ? ['no shows yet'] : lines, json: shows }
    },
  },
]

export function everyShow(api: ApiClient): Promise<ShowSummary[]> {
  return allPages<ShowSummary>(async (query) => {
    const page = await api.get<ShowList>(`/api/shows${query}`)
    return { items: page.shows, nextCursor: page.nextCursor }
  })
}
