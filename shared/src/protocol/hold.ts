import { type Static, Type } from 'typebox'
import { SEATS_PER_COMMAND_MAX } from '../domain/limits.ts'
import { defineCommand } from './command.ts'
import { Counter, DurationMs, Id, RequestId, SeatList, SeatNumber } from './fields.ts'

/**
 * The whole hold as it now is. Without a hold: `holdId` null, no seats, `expiresInMs` 0.
 * `(epoch, revision)` is the state in which this is true.
 */
export const Hold = Type.Object({
  holdId: Type.Union([Id, Type.Null()]),
  seats: Type.Array(SeatNumber),
  expiresInMs: DurationMs,
  epoch: Counter,
  revision: Counter,
})
export type Hold = Static<typeof Hold>

const closed = { additionalProperties: false } as const

/** Hold seats: all of them or none (H1). Adds to the buyer's one hold; its clock does not restart (H4). */
export const holdSeats = defineCommand({
  event: 'seats:hold',
  request: Type.Object({ performanceId: Id, seats: SeatList, requestId: RequestId }, closed),
  reply: Hold,
  refusals: ['SEAT_TAKEN', 'LIMIT_EXCEEDED', 'NOT_ON_SALE', 'ADMISSION_REQUIRED', 'COOL_DOWN', 'IN_GROUP'],
})

/** Choose and hold the best block of neighbours in one step (A1). `replace`: instead of my hold, with the same clock. */
export const holdBest = defineCommand({
  event: 'seats:best',
  request: Type.Object(
    {
      performanceId: Id,
      count: Type.Integer({ minimum: 1, maximum: SEATS_PER_COMMAND_MAX }),
      zoneId: Type.Optional(Id),
      sectionId: Type.Optional(Counter),
      /** A seat to be near to. */
      near: Type.Optional(SeatNumber),
      /** Ask for a wheelchair place; the rest of the block are its companions. */
      accessible: Type.Optional(Type.Boolean()),
      replace: Type.Optional(Type.Boolean()),
      requestId: RequestId,
    },
    closed,
  ),
  reply: Hold,
  refusals: ['NO_BLOCK', 'LIMIT_EXCEEDED', 'NOT_ON_SALE', 'ADMISSION_REQUIRED', 'COOL_DOWN', 'IN_GROUP'],
})

/** Let go of `release` and take `hold` in one step: the new seats are secured first; limits count the net (H7). */
export const swapSeats = defineCommand({
  event: 'seats:swap',
  request: Type.Object({ performanceId: Id, release: SeatList, hold: SeatList, requestId: RequestId }, closed),
  reply: Hold,
  refusals: ['SEAT_TAKEN', 'NO_HOLD', 'LIMIT_EXCEEDED', 'NOT_ON_SALE', 'ADMISSION_REQUIRED', 'COOL_DOWN', 'IN_GROUP'],
})

/** Let go of seats, without `seats` of all. A seat that is not mine changes nothing and is ok (H6). */
export const releaseSeats = defineCommand({
  event: 'seats:release',
  request: Type.Object({ performanceId: Id, seats: Type.Optional(SeatList), requestId: RequestId }, closed),
  reply: Hold,
  refusals: ['IN_GROUP'],
})

/** Why a buyer's hold is as it is. */
export const HoldReason = Type.Union([
  Type.Literal('held'),
  Type.Literal('released'),
  Type.Literal('swapped'),
  Type.Literal('ordered'),
  Type.Literal('expired'),
  Type.Literal('lost'),
])
export type HoldReason = Static<typeof HoldReason>

/** Pushed to all of a buyer's sockets; one older than `(epoch, revision)` already known is ignored. */
export interface HoldChanged extends Hold {
  readonly performanceId: string
  readonly reason: HoldReason
}
