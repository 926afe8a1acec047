import type { ShowTitles } from '@seatcast/shared/protocol/http.ts'

/** A performance of the demo. Within a show, `holdSeconds` tells them apart. */
export interface DemoSale {
  readonly holdSeconds: number
  /** Days from the demo's first start to the evening of the performance. */
  readonly startsInDays: number
  /** `soon`: opens by itself some minutes after every start. */
  readonly opens: 'at once' | 'soon'
  /** Simulated buyers visit it. */
  readonly bots?: true
}

export interface DemoShow {
  /** A venue spec in server/src/venues/demo. */
  readonly venue: 'theatre' | 'arena' | 'stadium'
  readonly titles: ShowTitles
  readonly sales: readonly DemoSale[]
}

/** The first sale of the first show is the one that the printed URL opens, and that has the most simulated buyers. */
export const DEMO_SHOWS: readonly DemoShow[] = [
  {
    venue: 'theatre',
    titles: { en: 'The Glass Orchard', ko: '유리 과수원' },
    sales: [
      { holdSeconds: 300, startsInDays: 14, opens: 'at once', bots: true },
      { holdSeconds: 10, startsInDays: 15, opens: 'at once' },
      { holdSeconds: 240, startsInDays: 16, opens: 'soon' },
    ],
  },
  {
    venue: 'arena',
    titles: { en: 'Northern Lights Live', ko: '노던 라이츠 라이브' },
    sales: [{ holdSeconds: 300, startsInDays: 40, opens: 'at once', bots: true }],
  },
  {
    venue: 'stadium',
    titles: { en: 'The Cup Final', ko: '컵 대회 결승전' },
    sales: [{ holdSeconds: 300, startsInDays: 60, opens: 'at once', bots: true }],
  },
]

/** From a start to the opening of the `soon` sale, ms. */
export const SOON_MS = 3 * 60_000
/** Prices of the dearest and the cheapest zone, KRW (no minor unit). Source: design, section 6: an eighth of a demo wallet of 1,000,000. */
export const PRICES = { dearest: 125_000, cheapest: 30_000, step: 5_000, currency: 'KRW' } as const
/** Told apart by people with any colour vision. Source: Okabe and Ito, without black and yellow. */
export const ZONE_COLORS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00'] as const
