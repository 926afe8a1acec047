import type { SeatIndex, UserId } from '@seatcast/shared/domain/ids.ts'
import { BadReplyError, numberIn, repeatable, seatsIn, textIn } from './script-reply.ts'

/** Whose seats are, by seat; a seat that is not in it is nobody's and counts against the host (G7). */
export type SeatAssignment = Readonly<Record<SeatIndex, UserId>>

/** What a command of a group did, or why it did nothing. An ok carries the group's hold as it now is. */
export type GroupOutcome =
  | {
      readonly ok: true
      readonly holdId: string | null
      readonly seats: readonly SeatIndex[]
      readonly expiresInMs: number
      readonly epoch: number
      readonly revision: number
      /** Whose the seats of the block that was taken are, or those that members brought with them. */
      readonly assigned: SeatAssignment
    }
  /** `seats`: those of the first candidate that somebody has. `(epoch, revision)`: when no candidate was free. */
  | {
      readonly ok: false
      readonly code: 'NO_BLOCK'
      readonly seats: readonly SeatIndex[]
      readonly epoch: number
      readonly revision: number
    }
  /** `NO_GROUP`: Redis does not know it: `setMembers`, then again. */
  | { readonly ok: false; readonly code: 'NO_GROUP' | 'NO_HOLD' | 'LIMIT_EXCEEDED' | 'NOT_ON_SALE' | 'BAD_REQUEST' }
  | { readonly ok: false; readonly code: 'REQUEST_ID_REUSED' }
  | { readonly ok: false; readonly code: 'COOL_DOWN'; readonly retryInMs: number }
  | { readonly ok: false; readonly code: 'WRONG_EPOCH'; readonly epoch: number }
  | { readonly ok: false; readonly code: 'NO_MAP' }

/** `remembered`: the final acknowledgement (JSON) of the request that this one repeats, when one was kept (H9). */
export type GroupAnswer = GroupOutcome & { readonly remembered?: string }

/** `NO_HOLD`: it ended, another one began, or it has other seats by now. */
export type GroupOrderAnswer =
  | { readonly ok: true; readonly epoch: number; readonly revision: number }
  | { readonly ok: false; readonly code: 'NO_HOLD' | 'LIMIT_EXCEEDED' | 'BAD_REQUEST' }
  | { readonly ok: false; readonly code: 'WRONG_EPOCH'; readonly epoch: number }
  | { readonly ok: false; readonly code: 'NO_MAP' }

/** Who is in a group, as Redis was told. */
export interface KnownGroup {
  readonly groupId: string
  readonly version: number
  readonly host: UserId
  readonly members: readonly UserId[]
  readonly hold: { readonly seats: readonly SeatIndex[]; readonly shares: Readonly<Record<UserId, number>> } | null
}

/** A group as Redis has it. */
export interface GroupState extends Omit<KnownGroup, 'groupId' | 'hold'> {
  readonly hold: {
    readonly holdId: string
    readonly seats: readonly SeatIndex[]
    readonly expiresInMs: number
    readonly isExtended: boolean
    /** Seats that count against each; who is not in it has none. */
    readonly shares: Readonly<Record<UserId, number>>
  } | null
  readonly epoch: number
  readonly revision: number
}

/** Reads the reply of set-members, hold-block, release-block or extend-hold. */
export const groupAnswer = (reply: unknown): GroupAnswer => repeatable(reply, outcomeOf)

function outcomeOf(reply: readonly unknown[]): GroupOutcome {
  const code = reply[0]
  switch (code) {
    case 'OK':
      return {
        ok: true,
        holdId: textIn(reply, 1) === '' ? null : textIn(reply, 1),
        seats: seatsIn(reply, 2),
        expiresInMs: numberIn(reply, 3),
        epoch: numberIn(reply, 4),
        revision: numberIn(reply, 5),
        assigned: JSON.parse(textIn(reply, 6)) as SeatAssignment,
      }
    case 'NO_BLOCK':
      return { ok: false, code, seats: seatsIn(reply, 1), epoch: numberIn(reply, 2), revision: numberIn(reply, 3) }
    case 'COOL_DOWN':
      return { ok: false, code, retryInMs: numberIn(reply, 1) }
    case 'WRONG_EPOCH':
      return { ok: false, code, epoch: numberIn(reply, 1) }
    case 'NO_GROUP':
    case 'NO_HOLD':
    case 'LIMIT_EXCEEDED':
    case 'NOT_ON_SALE':
    case 'BAD_REQUEST':
    case 'REQUEST_ID_REUSED':
    case 'NO_MAP':
      return { ok: false, code }
    default:
      throw new BadReplyError(reply)
  }
}

/** Reads the reply of order-group. */
export function groupOrderAnswer(reply: unknown): GroupOrderAnswer {
  if (!Array.isArray(reply)) throw new BadReplyError(reply)
  const code: unknown = reply[0]
  switch (code) {
    case 'OK':
      return { ok: true, epoch: numberIn(reply, 1), revision: numberIn(reply, 2) }
    case 'WRONG_EPOCH':
      return { ok: false, code, epoch: numberIn(reply, 1) }
    case 'NO_HOLD':
    case 'LIMIT_EXCEEDED':
    case 'BAD_REQUEST':
    case 'NO_MAP':
      return { ok: false, code }
    default:
      throw new BadReplyError(reply)
  }
}

/** Reads the reply of read-group. */
export function groupState(reply: unknown): GroupState | undefined {
  if (!Array.isArray(reply)) throw new BadReplyError(reply)
  if (reply[0] === 'NO_MAP' || reply[0] === 'NO_GROUP') return undefined
  const { version, host, members, holdId } = JSON.parse(textIn(reply, 1)) as GroupRecord
  const hold = textIn(reply, 2)
  return {
    version,
    host,
    members,
    hold:
      hold === '' ? null : { holdId, expiresInMs: numberIn(reply, 3), ...holdState(JSON.parse(hold) as HoldRecord) },
    epoch: numberIn(reply, 4),
    revision: numberIn(reply, 5),
  }
}

/** What Redis keeps of a group. */
export type GroupRecord = Pick<GroupState, 'version' | 'host' | 'members'> & { readonly holdId: string }

interface HoldRecord {
  readonly seats: readonly SeatIndex[]
  readonly shares: Readonly<Record<UserId, number>>
  readonly extended: 0 | 1
}

const holdState = ({ seats, shares, extended }: HoldRecord) => ({ seats, shares, isExtended: extended === 1 })

/** Of a hold's record; null: there is none any more, or it is damaged, which the audit says. */
export function knownHold(record: string | null): KnownGroup['hold'] {
  try {
    const { seats, shares } = (JSON.parse(record ?? '{}') ?? {}) as Partial<HoldRecord>
    return seats === undefined || shares === undefined ? null : { seats, shares }
  } catch (fault) {
    if (fault instanceof SyntaxError) return null
    throw fault
  }
}
