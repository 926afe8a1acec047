import type { GroupMember, GroupNotice, GroupView } from '@seatcast/shared/protocol/group.ts'

/** My group of one performance as this client knows it; moments are on the local monotonic clock, ms. */
export interface GroupState {
  /** null: in no group. */
  readonly view: GroupView | null
  /** When the block's hold ends; null without one. */
  readonly holdEndsMs: number | null
  /** Until when all must have paid; null when nothing is waited for. */
  readonly payUntilMs: number | null
  /** From when on the host may pay what is missing; null: never. */
  readonly coverFromMs: number | null
}

export const NO_GROUP: GroupState = { view: null, holdEndsMs: null, payUntilMs: null, coverFromMs: null }

/** Takes a view over unless it is older than what is known of the same group; `nowMs`: the local monotonic clock. */
export function applyGroup(state: GroupState, view: GroupView | null, nowMs: number): GroupState {
  if (view === null) return NO_GROUP
  const before = state.view?.groupId === view.groupId ? state.view : null
  if (before !== null && view.version < before.version) return state
  const { hold, payment } = view
  const sameHold = before?.hold?.holdId === hold?.holdId && before?.hold?.mayExtend === hold?.mayExtend
  const samePayment = before !== null && before.payment !== null && roundOf(before) === roundOf(view)
  const coverInMs = payment?.hostMayCoverInMs ?? null
  return {
    view,
    holdEndsMs: hold === null ? null : sooner(sameHold ? state.holdEndsMs : null, nowMs + hold.expiresInMs),
    payUntilMs:
      payment === null || payment.expiresInMs === 0
        ? null
        : sooner(samePayment ? state.payUntilMs : null, nowMs + payment.expiresInMs),
    coverFromMs: coverInMs === null ? null : sooner(samePayment ? state.coverFromMs : null, nowMs + coverInMs),
  }
}

/** An answer's way here only makes an end look later than it is: of two estimates of one clock the earlier is the better. */
const sooner = (known: number | null, estimate: number): number =>
  known === null ? estimate : Math.min(known, estimate)

/** Payments of one round have one deadline; a group that fell short has another. */
const roundOf = ({ status, payment }: GroupView): string =>
  `${status === 'short' ? 'short' : 'paying'}:${payment?.seats.join() ?? ''}`

/** Whether a hint to read the group again tells of something new. */
export function isNews({ view }: GroupState, hint: { readonly groupId: string; readonly version: number }): boolean {
  return view === null || view.groupId !== hint.groupId || view.version < hint.version
}

/** Whether the group still chooses or pays: while it does, seats are the group's business alone (G2). */
export const isOpenGroup = (view: GroupView | null): view is GroupView =>
  view !== null && view.status !== 'sold' && view.status !== 'ended'

/** The group's seats: of its hold, or of its orders; ascending. */
export const seatsOf = ({ hold, payment }: GroupView): readonly number[] => hold?.seats ?? payment?.seats ?? []

/** Whose a seat of the group is; undefined: nobody's, so it counts against the host (G7). */
export const sitterOf = ({ members }: GroupView, seat: number): GroupMember | undefined =>
  members.find(({ seats }) => seats.includes(seat))

export const meIn = ({ members }: GroupView): GroupMember | undefined => members.find(({ isMe }) => isMe)

export const hostOf = ({ members }: GroupView): GroupMember | undefined => members.find(({ isHost }) => isHost)

/** What has happened since `before` that the members are to be told. */
export function noticeSince(before: GroupView | null, after: GroupView | null): GroupNotice | null {
  if (before === null || after === null || before.groupId !== after.groupId || after.notice === null) return null
  if (after.version === before.version) return null
  // The same notice again is news only when its subject changed: another block, another end.
  const subject = ({ notice, hold, status }: GroupView): string => `${notice}:${hold?.seats.join() ?? ''}:${status}`
  return subject(before) === subject(after) ? null : after.notice
}
