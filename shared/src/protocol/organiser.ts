import { type Static, Type } from 'typebox'
import { HOLD_SECONDS_MAX, HOLD_SECONDS_MIN, SEATS_PER_BUYER_MAX } from '../domain/limits.ts'
import { Counter, Id, SeatNumber } from './fields.ts'
import { PerformanceDetail, ShowTitles } from './http.ts'
import { SaleStatus } from './sale.ts'

const closed = { additionalProperties: false } as const
const Moment = Type.String({ format: 'date-time', maxLength: 40 })
/** Text for people: no control characters, which PostgreSQL and terminals dislike. */
const Line = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000-\\u001f\\u007f]+$' })

/** Zones of one performance. Source: a guess; a legend of more colours is not readable. */
const ZONES_MAX = 50
/** Seats one PATCH may block or unblock. Source: a guess at 10 ms of Redis. */
export const BLOCK_SEATS_MAX = 10_000
/** The highest price, minor units: fits PostgreSQL's integer. */
const PRICE_MAX = 1_000_000_000

/** `POST /api/shows` */
export const NewShow = Type.Object(
  { title: Type.Union([Line(200), Type.Object({ en: Line(200), ko: Type.Optional(Line(200)) }, closed)]) },
  closed,
)
export type NewShow = Static<typeof NewShow>
export const CreatedShow = Type.Object({ id: Id, showId: Id, title: Type.String(), titles: ShowTitles })

/** A price zone as an organiser writes it; categories by index in the layout or by name. */
export const NewZone = Type.Object(
  {
    id: Type.Optional(Id),
    name: Line(100),
    /** `#rrggbb` */
    color: Type.String({ pattern: '^#[0-9a-fA-F]{6}$' }),
    /** Integer minor units of `currency`. */
    price: Type.Integer({ minimum: 0, maximum: PRICE_MAX }),
    /** ISO 4217, the same in all zones. */
    currency: Type.String({ pattern: '^[A-Z]{3}$' }),
    categories: Type.Array(Type.Union([Counter, Type.String({ minLength: 1, maxLength: 200 })]), {
      minItems: 1,
      maxItems: 1_000,
    }),
  },
  closed,
)
export type NewZone = Static<typeof NewZone>

const HoldSeconds = Type.Integer({ minimum: HOLD_SECONDS_MIN, maximum: HOLD_SECONDS_MAX })

/** `POST /api/performances` */
export const NewPerformance = Type.Object(
  {
    showId: Id,
    venueId: Id,
    /** Default: the venue's newest. */
    layoutVersion: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
    startsAt: Moment,
    zones: Type.Array(NewZone, { minItems: 1, maxItems: ZONES_MAX }),
    /** Opens by itself then; without it, an organiser opens the sale. */
    onSaleAt: Type.Optional(Type.Union([Moment, Type.Null()])),
    holdSeconds: HoldSeconds,
    /** How long a buyer has to pay an order. Default: 600. */
    paymentSeconds: Type.Optional(HoldSeconds),
    /** Length of a group's hold (G3). Default: 480. */
    groupHoldSeconds: Type.Optional(HoldSeconds),
    maxSeatsPerBuyer: Type.Integer({ minimum: 1, maximum: SEATS_PER_BUYER_MAX }),
    /** Paid seats can be cancelled and changed until so many hours before the start; null: never. Default: 24. */
    refundableHours: Type.Optional(Type.Union([Type.Integer({ minimum: 0, maximum: 8_760 }), Type.Null()])),
  },
  closed,
)
export type NewPerformance = Static<typeof NewPerformance>
export const CreatedPerformance = Type.Interface([PerformanceDetail], { performanceId: Id })

/** `PATCH /api/performances/:id`; the answer carries the map's position with the change in it. */
export const PerformanceChange = Type.Object(
  {
    status: Type.Optional(SaleStatus),
    onSaleAt: Type.Optional(Type.Union([Moment, Type.Null()])),
    block: Type.Optional(Type.Array(SeatNumber, { maxItems: BLOCK_SEATS_MAX })),
    unblock: Type.Optional(Type.Array(SeatNumber, { maxItems: BLOCK_SEATS_MAX })),
  },
  { ...closed, minProperties: 1 },
)
export type PerformanceChange = Static<typeof PerformanceChange>
export const ChangedPerformance = Type.Interface([PerformanceDetail], { epoch: Counter, revision: Counter })

const ImportFormat = Type.Union([Type.Literal('pretix'), Type.Literal('spec')])

/** Answer to `POST /api/venues` and `POST /api/venues/:id/layouts`. */
export const ImportedVenue = Type.Object({
  id: Id,
  venueId: Id,
  name: Type.String(),
  format: ImportFormat,
  layoutUrl: Type.String(),
  version: Type.Integer(),
  seatCount: Type.Integer(),
  sections: Type.Integer(),
  categories: Type.Array(Type.Object({ id: Type.Integer(), name: Type.String(), color: Type.String() })),
  /** What the file did not say and the importer derived, for a person to check. */
  guesses: Type.Array(Type.String()),
})
export type ImportedVenue = Static<typeof ImportedVenue>

export const VenueLayout = Type.Object({
  version: Type.Integer(),
  layoutUrl: Type.String(),
  format: ImportFormat,
  seatCount: Type.Integer(),
  sections: Type.Integer(),
  /** By index. */
  categories: Type.Array(Type.String()),
  createdAt: Type.String({ format: 'date-time' }),
})
export type VenueLayout = Static<typeof VenueLayout>

/** `GET /api/venues/:id`: newest layouts first, at most VENUE_LAYOUTS_MAX. */
export const VenueDetail = Type.Object({ id: Id, name: Type.String(), layouts: Type.Array(VenueLayout) })
export type VenueDetail = Static<typeof VenueDetail>
/** Layouts listed inside one venue. Source: a guess. */
export const VENUE_LAYOUTS_MAX = 100

/** `GET /api/venues`: paged by `?cursor=`. Each with its newest layout. */
export const VenueList = Type.Object({
  venues: Type.Array(Type.Object({ id: Id, name: Type.String(), layout: VenueLayout })),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
})
export type VenueList = Static<typeof VenueList>
