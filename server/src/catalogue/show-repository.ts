import type { ShowTitles } from '@seatcast/shared/protocol/http.ts'
import type { Db } from '../database/client.ts'
import { isUuid, newId } from '../database/uuid.ts'
import { type PerformanceView, performanceView, selectPerformances, showTitles } from './performance-row.ts'

export interface Show {
  readonly id: string
  readonly titles: ShowTitles
  /** By date, then id. */
  readonly performances: readonly PerformanceView[]
}

export async function createShow(db: Db, show: { titles: ShowTitles; createdBy: string }): Promise<string> {
  const id = newId()
  await db
    .insertInto('shows')
    .values({ id, title_en: show.titles.en, title_ko: show.titles.ko ?? null, created_by: show.createdBy })
    .execute()
  return id
}

export async function showExists(db: Db, id: string): Promise<boolean> {
  if (!isUuid(id)) return false
  return (await db.selectFrom('shows').select('id').where('id', '=', id).executeTakeFirst()) !== undefined
}

/** Newest first, each with at most `performances` of its performances; `before`: the last id of the page before. */
export async function listShows(
  db: Db,
  page: { readonly limit: number; readonly performances: number; readonly before?: string | undefined },
): Promise<Show[]> {
  const shows = await db
    .selectFrom('shows')
    .select(['id', 'title_en', 'title_ko'])
    .$if(page.before !== undefined, (query) => query.where('id', '<', page.before ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute()
  if (shows.length === 0) return []
  const listed = shows.map((show) => show.id)
  const rows = await selectPerformances(db)
    .innerJoin(
      (query) =>
        query
          .selectFrom('performances')
          .select('id')
          .select((row) =>
            row.fn
              .agg<number>('row_number')
              .over((over) => over.partitionBy('show_id').orderBy('starts_at').orderBy('id'))
              .as('place'),
          )
          .where('show_id', 'in', listed)
          .as('ranked'),
      (join) => join.onRef('ranked.id', '=', 'performances.id'),
    )
    .where('ranked.place', '<=', page.performances)
    .orderBy('performances.starts_at')
    .orderBy('performances.id')
    .execute()
  const views = rows.map(performanceView)
  return shows.map((show) => ({
    id: show.id,
    titles: showTitles(show),
    performances: views.filter((view) => view.performance.showId === show.id),
  }))
}
