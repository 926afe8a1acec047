import type { GROUP_COMMANDS, GroupNotice } from '@seatcast/shared/protocol/group.ts'
import type { NoticeCode } from '../performance/notice.ts'

/** The commands on groups. */
export type GroupEvent = (typeof GROUP_COMMANDS)[number]['event']

/** What every member is told when it happens. */
export const NOTICE_OF_GROUP: Record<GroupNotice, NoticeCode> = {
  kept: 'GROUP_KEPT',
  moved: 'GROUP_MOVED',
  hold_expired: 'GROUP_EXPIRED',
  hold_lost: 'GROUP_LOST',
  payment_expired: 'GROUP_UNPAID',
  given_up: 'GROUP_GIVEN_UP',
  capture_failed: 'GROUP_SHORT',
}

/** Refusals that mean something else, or can be said better, where friends choose together; by command, else for any. */
export const GROUP_CODE: Partial<Record<GroupEvent, Partial<Record<string, NoticeCode>>>> & {
  readonly any: Partial<Record<string, NoticeCode>>
} = {
  'group:extend': { LIMIT_EXCEEDED: 'GROUP_EXTENDED', NO_HOLD: 'GROUP_EXPIRED' },
  // The other member has left, or what they asked for is answered.
  'group:swap': { NOT_FOUND: 'GROUP_CHANGED' },
  'group:assign': { NOT_FOUND: 'GROUP_CHANGED' },
  'group:remove': { NOT_FOUND: 'GROUP_CHANGED' },
  any: {
    LIMIT_EXCEEDED: 'GROUP_LIMIT',
    NO_BLOCK: 'GROUP_NO_BLOCK',
    NO_HOLD: 'GROUP_EXPIRED',
    NOT_FOUND: 'GROUP_GONE',
    FORBIDDEN: 'GROUP_HOST_ONLY',
  },
}
