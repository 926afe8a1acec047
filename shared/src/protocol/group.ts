import { type Static, Type } from 'typebox'
import { GROUP_SIZE_MAX, GROUP_SIZE_MIN, MEMBER_NAME_LENGTH_MAX } from '../domain/limits.ts'
import { defineCommand } from './command.ts'
import { Counter, DurationMs, Id, RequestId, SeatList, SeatNumber } from './fields.ts'
import { Order } from './order.ts'

const closed = { additionalProperties: false } as const

/** Who pays, chosen when the group is made (G9). */
export const GroupRule = Type.Union([Type.Literal('one_pays'), Type.Literal('each_pays'), Type.Literal('host_covers')])
export type GroupRule = Static<typeof GroupRule>

/**
 * `forming`: no seats yet. `held`: it has its block. `paying`: orders wait for payment. `capturing`: all money is reserved and
 * is being taken. `short`: a capture failed, the host may cover it (G15). `sold`, `ended`: over.
 */
export const GroupStatus = Type.Union([
  Type.Literal('forming'),
  Type.Literal('held'),
  Type.Literal('paying'),
  Type.Literal('capturing'),
  Type.Literal('short'),
  Type.Literal('sold'),
  Type.Literal('ended'),
])
export type GroupStatus = Static<typeof GroupStatus>

/**
 * What happened last that the members should be told. `kept`: a friend came or went and the block could not follow.
 * `moved`: the block was placed anew. `hold_expired`, `hold_lost`, `payment_expired`, `given_up`: the seats are free again.
 * `capture_failed`: see `short`.
 */
export const GroupNotice = Type.Union([
  Type.Literal('kept'),
  Type.Literal('moved'),
  Type.Literal('hold_expired'),
  Type.Literal('hold_lost'),
  Type.Literal('payment_expired'),
  Type.Literal('given_up'),
  Type.Literal('capture_failed'),
])
export type GroupNotice = Static<typeof GroupNotice>

/** A member's share of the payment. `none`: no seat is theirs. `reserved`: their money is secured, not yet taken for good. */
export const ShareState = Type.Union([
  Type.Literal('none'),
  Type.Literal('open'),
  Type.Literal('paying'),
  Type.Literal('reserved'),
  Type.Literal('paid'),
])
export type ShareState = Static<typeof ShareState>

/** What a block looks like: neighbours in one row; two runs that touch, in one zone (G5); anything else, never called together. */
export const BlockShape = Type.Union([Type.Literal('row'), Type.Literal('two_rows'), Type.Literal('apart')])
export type BlockShape = Static<typeof BlockShape>

export const GroupMember = Type.Object({
  memberId: Id,
  /** Who gave none is called `#2`, `#3` and so on: clients say that in the reader's language ("Friend 2"). */
  name: Type.String(),
  isHost: Type.Boolean(),
  isMe: Type.Boolean(),
  /** A socket of theirs was there within the last 30 s. */
  online: Type.Boolean(),
  /** Seats of the block that are theirs; a host's do not include those that are nobody's. */
  seats: Type.Array(SeatNumber),
  share: ShareState,
  /** Minor units: what their seats cost. */
  amount: Counter,
  /** They asked me for my seat: `group:swap` answers. */
  asksForMySeat: Type.Boolean(),
})
export type GroupMember = Static<typeof GroupMember>

export const GroupWish = Type.Object(
  {
    zoneId: Type.Optional(Id),
    sectionId: Type.Optional(Counter),
    accessible: Type.Optional(Type.Boolean()),
  },
  closed,
)
export type GroupWish = Static<typeof GroupWish>

/** A group as one of its members sees it. */
export const GroupView = Type.Object({
  groupId: Id,
  performanceId: Id,
  /** Grows with every change; an older view is ignored. */
  version: Counter,
  status: GroupStatus,
  rule: GroupRule,
  size: Type.Integer({ minimum: GROUP_SIZE_MIN, maximum: GROUP_SIZE_MAX }),
  wish: GroupWish,
  /** The members allow a shape over two rows that touch (G5). */
  split: Type.Boolean(),
  /** How friends come in; null: closed. `path`: of the link on this origin, `/g/<secret>`. `code`: to read out, `ABCD-EFGH`. */
  invitation: Type.Union([
    Type.Object({ path: Type.String(), code: Type.String(), expiresInMs: DurationMs }),
    Type.Null(),
  ]),
  members: Type.Array(GroupMember),
  /** The block, ascending. `(epoch, revision)`: the map's state in which this is true. */
  hold: Type.Union([
    Type.Object({
      holdId: Id,
      seats: Type.Array(SeatNumber),
      expiresInMs: DurationMs,
      mayExtend: Type.Boolean(),
      shape: BlockShape,
      epoch: Counter,
      revision: Counter,
    }),
    Type.Null(),
  ]),
  /** While it is being paid for and afterwards. */
  payment: Type.Union([
    Type.Object({
      /** All seats of the group's orders, ascending. */
      seats: Type.Array(SeatNumber),
      /** Until all must have paid; 0 when nothing is waited for. */
      expiresInMs: DurationMs,
      /** Minor units: of all orders, and what is not yet secured. */
      amount: Counter,
      missing: Counter,
      currency: Type.String(),
      /** The caller's order. */
      myOrderId: Type.Union([Id, Type.Null()]),
      /** ms until the host may pay what is missing; 0: now; null: never under this rule. */
      hostMayCoverInMs: Type.Union([DurationMs, Type.Null()]),
    }),
    Type.Null(),
  ]),
  notice: Type.Union([GroupNotice, Type.Null()]),
})
export type GroupView = Static<typeof GroupView>

const GroupReply = Type.Object({ group: GroupView })
const MaybeGroup = Type.Object({ group: Type.Union([GroupView, Type.Null()]) })
const MemberName = Type.String({ minLength: 1, maxLength: MEMBER_NAME_LENGTH_MAX })
const Size = Type.Integer({ minimum: GROUP_SIZE_MIN, maximum: GROUP_SIZE_MAX })

export const createGroup = defineCommand({
  event: 'group:create',
  request: Type.Object(
    {
      performanceId: Id,
      size: Size,
      rule: GroupRule,
      name: MemberName,
      wish: Type.Optional(GroupWish),
      split: Type.Optional(Type.Boolean()),
      requestId: RequestId,
    },
    closed,
  ),
  reply: GroupReply,
  refusals: ['IN_GROUP', 'LIMIT_EXCEEDED', 'NOT_ON_SALE'],
})

export const joinGroup = defineCommand({
  event: 'group:join',
  request: Type.Object(
    { code: Type.String({ minLength: 1, maxLength: 64 }), name: Type.Optional(MemberName), requestId: RequestId },
    closed,
  ),
  reply: GroupReply,
  refusals: ['IN_GROUP', 'GROUP_FULL', 'GROUP_BUSY', 'LIMIT_EXCEEDED'],
})

export const watchGroup = defineCommand({
  event: 'group:watch',
  request: Type.Object({ performanceId: Id, requestId: RequestId }, closed),
  reply: MaybeGroup,
  refusals: [],
})

export const updateGroup = defineCommand({
  event: 'group:update',
  request: Type.Object(
    {
      groupId: Id,
      name: Type.Optional(MemberName),
      size: Type.Optional(Size),
      wish: Type.Optional(GroupWish),
      split: Type.Optional(Type.Boolean()),
      requestId: RequestId,
    },
    closed,
  ),
  reply: GroupReply,
  refusals: ['FORBIDDEN', 'GROUP_BUSY', 'LIMIT_EXCEEDED'],
})

export const leaveGroup = defineCommand({
  event: 'group:leave',
  request: Type.Object({ groupId: Id, requestId: RequestId }, closed),
  reply: MaybeGroup,
  refusals: ['GROUP_BUSY'],
})

export const removeMember = defineCommand({
  event: 'group:remove',
  request: Type.Object({ groupId: Id, memberId: Id, requestId: RequestId }, closed),
  reply: GroupReply,
  refusals: ['FORBIDDEN', 'GROUP_BUSY'],
})

/** A new link and short code; `open: false`: none, nobody else comes in. */
export const renewInvitation = defineCommand({
  event: 'group:renew',
  request: Type.Object({ groupId: Id, open: Type.Optional(Type.Boolean()), requestId: RequestId }, closed),
  reply: GroupReply,
  refusals: ['FORBIDDEN'],
})

/** Take a block for the group, or another one instead of the one it has (G4). `seats`: these; else the best. */
export const holdBlock = defineCommand({
  event: 'group:hold',
  request: Type.Object(
    {
      groupId: Id,
      seats: Type.Optional(SeatList),
      /** The host's consent to a shape over two rows, for this block. */
      split: Type.Optional(Type.Boolean()),
      requestId: RequestId,
    },
    closed,
  ),
  reply: GroupReply,
  refusals: [
    'NO_BLOCK',
    'SEAT_TAKEN',
    'LIMIT_EXCEEDED',
    'NOT_ON_SALE',
    'ADMISSION_REQUIRED',
    'COOL_DOWN',
    'FORBIDDEN',
    'GROUP_BUSY',
  ],
})

export const releaseBlock = defineCommand({
  event: 'group:release',
  request: Type.Object({ groupId: Id, requestId: RequestId }, closed),
  reply: GroupReply,
  refusals: ['FORBIDDEN', 'GROUP_BUSY'],
})

/** Once, by half of the performance's groupHoldSeconds (G3). */
export const extendHold = defineCommand({
  event: 'group:extend',
  request: Type.Object({ groupId: Id, requestId: RequestId }, closed),
  reply: GroupReply,
  refusals: ['NO_HOLD', 'LIMIT_EXCEEDED', 'GROUP_BUSY'],
})

/** A seat of the block becomes mine instead of the one I had; somebody's: they are asked. null: I give mine up. */
export const sitDown = defineCommand({
  event: 'group:sit',
  request: Type.Object({ groupId: Id, seat: Type.Union([SeatNumber, Type.Null()]), requestId: RequestId }, closed),
  reply: GroupReply,
  refusals: ['NO_HOLD', 'LIMIT_EXCEEDED', 'GROUP_BUSY'],
})

/** My answer to `memberId`, who asked for my seat. */
export const answerSwap = defineCommand({
  event: 'group:swap',
  request: Type.Object({ groupId: Id, memberId: Id, accept: Type.Boolean(), requestId: RequestId }, closed),
  reply: GroupReply,
  refusals: ['NO_HOLD', 'LIMIT_EXCEEDED', 'GROUP_BUSY'],
})

/** The host says whose a seat of the block is; null: nobody's. Who sat there gets the other's seat. */
export const assignSeat = defineCommand({
  event: 'group:assign',
  request: Type.Object(
    { groupId: Id, memberId: Type.Union([Id, Type.Null()]), seat: SeatNumber, requestId: RequestId },
    closed,
  ),
  reply: GroupReply,
  refusals: ['FORBIDDEN', 'NO_HOLD', 'LIMIT_EXCEEDED', 'GROUP_BUSY'],
})

/** Every command on groups. */
export const GROUP_COMMANDS = [
  createGroup,
  joinGroup,
  watchGroup,
  updateGroup,
  leaveGroup,
  removeMember,
  renewInvitation,
  holdBlock,
  releaseBlock,
  extendHold,
  sitDown,
  answerSwap,
  assignSeat,
] as const

/** Answer of `POST /api/groups/:id/orders`; `order`: the caller's own, absent when no seat is theirs. */
export const GroupPaymentBegun = Type.Object({ group: GroupView, order: Type.Optional(Order) })
export type GroupPaymentBegun = Static<typeof GroupPaymentBegun>

/** Answer of `POST /api/groups/:id/cover` and `…/give-up`. */
export const GroupPaid = Type.Object({ group: GroupView })
export type GroupPaid = Static<typeof GroupPaid>

/** Pushed to all sockets of all members: a hint to `group:watch` again. `gone`: the receiver is no longer in it. */
export interface GroupChanged {
  readonly groupId: string
  readonly performanceId: string
  readonly version: number
  readonly gone?: true
}
