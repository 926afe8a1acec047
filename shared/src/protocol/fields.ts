import { Type } from 'typebox'
import { SEATS_PER_COMMAND_MAX, SEATS_PER_LAYOUT_MAX } from '../domain/limits.ts'

/** Ids are at most 64 characters of a harmless alphabet, so that they may stand in Redis keys and URLs. */
export const Id = Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9_-]+$' })
export const SeatNumber = Type.Integer({ minimum: 0, maximum: SEATS_PER_LAYOUT_MAX - 1 })
/** Seats of one command: at least one, no duplicates, in the caller's order. */
export const SeatList = Type.Array(SeatNumber, { minItems: 1, maxItems: SEATS_PER_COMMAND_MAX, uniqueItems: true })
/** An idempotency key of a socket command: the same one within 60 s gets the same answer. */
export const RequestId = Type.Optional(Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9_.:-]+$' }))
export const Counter = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
/** A duration in ms, from the moment the server answered. */
export const DurationMs = Type.Integer({ minimum: 0 })
