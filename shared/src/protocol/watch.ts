import { type Static, Type } from 'typebox'
import { defineCommand } from './command.ts'
import { MapDelta } from './delta.ts'
import { Counter, DurationMs, Id, RequestId, SeatNumber } from './fields.ts'
import { SaleStatus } from './sale.ts'

const closed = { additionalProperties: false } as const

/** What the caller has in this performance. Orders are those that hold seats or wait for payment. */
export const Mine = Type.Object({
  hold: Type.Union([Type.Object({ holdId: Id, seats: Type.Array(SeatNumber), expiresInMs: DurationMs }), Type.Null()]),
  orders: Type.Array(
    Type.Object({ orderId: Id, status: Type.String(), seats: Type.Array(SeatNumber), expiresInMs: DurationMs }),
  ),
})
export type Mine = Static<typeof Mine>

/** Follow a performance's map. Answered from the node's mirror: no Redis command, no SQL (F5). */
export const watchMap = defineCommand({
  event: 'map:watch',
  request: Type.Object(
    { performanceId: Id, epoch: Type.Optional(Counter), revision: Type.Optional(Counter), requestId: RequestId },
    closed,
  ),
  reply: Type.Object({
    epoch: Counter,
    revision: Counter,
    /** From the caller's position, in order; `[]`: in step; absent: take the snapshot. Never spans epochs. */
    deltas: Type.Optional(Type.Array(MapDelta)),
    mine: Mine,
    status: SaleStatus,
    /** ms until the sale opens; 0 when it is past, null without a time. */
    opensInMs: Type.Union([DurationMs, Type.Null()]),
  }),
  refusals: ['LIMIT_EXCEEDED'],
})

export const unwatchMap = defineCommand({
  event: 'map:unwatch',
  request: Type.Object({ performanceId: Id, requestId: RequestId }, closed),
  reply: Type.Object({}),
  refusals: [],
})
