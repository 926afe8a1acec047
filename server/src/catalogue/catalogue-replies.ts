import type { PerformanceDetail, PerformanceSummary } from '@seatcast/shared/protocol/http.ts'
import type { VenueLayout } from '@seatcast/shared/protocol/organiser.ts'
import type { LiveCatalogue } from './live-catalogue.ts'
import type { PerformanceView } from './performance-row.ts'
import type { LayoutSummary } from './venue-repository.ts'

/** Names the version, so that it may be cached for a year (V3). */
export const layoutUrl = (venueId: string, version: number): string => `/api/layouts/${venueId}/${version}`

export async function performanceSummary(
  view: PerformanceView,
  live: Pick<LiveCatalogue, 'availableCount'>,
): Promise<PerformanceSummary> {
  const { performance, opensInMs } = view
  return {
    id: performance.id,
    startsAt: performance.startsAt.toISOString(),
    onSaleAt: performance.onSaleAt?.toISOString() ?? null,
    opensInMs,
    status: performance.status,
    seatCount: performance.seatCount,
    availableCount: await availableCount(view, live),
  }
}

export async function performanceDetail(
  view: PerformanceView,
  live: Pick<LiveCatalogue, 'availableCount'>,
): Promise<PerformanceDetail> {
  const { performance, show } = view
  return {
    ...(await performanceSummary(view, live)),
    show: { id: show.id, title: show.titles.en, titles: show.titles },
    venueId: performance.venueId,
    layoutUrl: layoutUrl(performance.venueId, view.layoutVersion),
    holdSeconds: performance.holdSeconds,
    paymentSeconds: performance.paymentSeconds,
    groupHoldSeconds: performance.groupHoldSeconds,
    maxSeatsPerBuyer: performance.maxSeatsPerBuyer,
    zones: performance.zones.map((zone) => ({ ...zone, categories: [...zone.categories] })),
  }
}

/** Nothing can be had of a closed performance, and its map need not be kept for this answer. */
async function availableCount(
  { performance }: PerformanceView,
  live: Pick<LiveCatalogue, 'availableCount'>,
): Promise<number> {
  return performance.status === 'closed' ? 0 : await live.availableCount(performance)
}

export function venueLayout(layout: LayoutSummary): VenueLayout {
  return {
    version: layout.version,
    layoutUrl: layoutUrl(layout.venueId, layout.version),
    format: layout.format,
    seatCount: layout.seatCount,
    sections: layout.sectionCount,
    categories: [...layout.categoryNames],
    createdAt: layout.createdAt.toISOString(),
  }
}
