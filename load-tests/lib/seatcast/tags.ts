import type { CommandEvent } from '../../../shared/src/protocol/events.ts'
import type { RefusalCode } from '../../../shared/src/protocol/refusal.ts'

type Code = RefusalCode | 'OK' | 'NO_ANSWER'
interface Values<Value extends string> {
  readonly tag: string
  readonly values: readonly Value[]
}
const codes = <C extends Code>(...values: readonly C[]): Values<C> => ({ tag: 'code', values })

/** What abusers do. */
export const ABUSES = ['flood', 'garbage', 'oversized', 'forged', 'robbery', 'stolen'] as const
export type Abuse = (typeof ABUSES)[number]

/** Counters that summaries list by tag: k6 keeps only the values that are named beforehand. */
export const TAGS = {
  hold_answers: codes(
    'OK',
    'NO_ANSWER',
    'SEAT_TAKEN',
    'NO_BLOCK',
    'LIMIT_EXCEEDED',
    'NOT_ON_SALE',
    'COOL_DOWN',
    'RATE_LIMITED',
    'OVERLOADED',
    'UNAVAILABLE',
    'MAP_RELOADING',
    'IN_GROUP',
    'BAD_REQUEST',
  ),
  order_answers: codes(
    'OK',
    'NO_ANSWER',
    'NO_HOLD',
    'SEAT_TAKEN',
    'NOT_ON_SALE',
    'LIMIT_EXCEEDED',
    'RATE_LIMITED',
    'OVERLOADED',
    'UNAVAILABLE',
  ),
  payment_answers: codes('OK', 'NO_ANSWER', 'ORDER_ENDED', 'INSUFFICIENT_FUNDS', 'RATE_LIMITED', 'UNAVAILABLE'),
  group_answers: codes(
    'OK',
    'NO_ANSWER',
    'NOT_FOUND',
    'BAD_REQUEST',
    'NO_BLOCK',
    'GROUP_BUSY',
    'IN_GROUP',
    'LIMIT_EXCEEDED',
    'RATE_LIMITED',
    'OVERLOADED',
  ),
  refused_sockets: codes('NO_ANSWER', 'OVERLOADED', 'RATE_LIMITED', 'UNAUTHENTICATED', 'LIMIT_EXCEEDED'),
  clicks_refused: codes('NO_ANSWER', 'SEAT_TAKEN', 'RATE_LIMITED', 'OVERLOADED', 'UNAVAILABLE', 'MAP_RELOADING'),
  lost_sockets: {
    tag: 'reason',
    values: ['transport close', 'transport error', 'ping timeout', 'io server disconnect'],
  },
  unanswered: {
    tag: 'event',
    values: ['map:watch', 'seats:hold', 'seats:best', 'seats:swap', 'seats:release', 'group:hold', 'group:join'],
  } satisfies Values<CommandEvent>,
  abuses: { tag: 'kind', values: ABUSES },
} as const satisfies Readonly<Record<string, Values<string>>>
