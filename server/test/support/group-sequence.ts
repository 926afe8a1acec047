import * as fc from 'fast-check'
import type { GroupStep } from '../../src/groups/payment/step.ts'
import type { PaymentStep } from '../../src/payments/payment-context.ts'

export const RULES = ['one_pays', 'each_pays', 'host_covers'] as const
/** People who may be in the group; the first is its host, the first three are in at the beginning. */
export const PEOPLE = 5
/** Seats of the block. The last of them costs nothing. As many are beside it, and so many may one buyer have. */
export const BLOCK = 4
/** A wallet pays for a share, and for few of a whole block. Minor units. */
export const POINTS = 3_000

type Method = 'wallet' | 'card'
interface MayCrash {
  /** The process dies there. */
  readonly crash: GroupStep | PaymentStep | null
}

/** One thing that happens to a group. `payment`, `event`: count from the newest. */
export type GroupMove =
  /** Before it is paid for. `to`: nobody when there is no such member. */
  | { readonly do: 'join' | 'leave'; readonly person: number }
  | { readonly do: 'assign'; readonly seat: number; readonly to: number }
  | { readonly do: 'hold' }
  | ({ readonly do: 'begin'; readonly person: number } & MayCrash)
  | ({ readonly do: 'pay'; readonly person: number; readonly method: Method } & MayCrash)
  | ({ readonly do: 'cover'; readonly person: number; readonly method: Method } & MayCrash)
  | ({ readonly do: 'give up'; readonly person: number } & MayCrash)
  /** Of one's own order, while it is paid for or afterwards. `seat`: only that one. */
  | { readonly do: 'cancel'; readonly person: number; readonly seat?: number | undefined }
  | { readonly do: 'change'; readonly person: number; readonly release: number[]; readonly take: number[] }
  /** More seats, beside the group's. */
  | { readonly do: 'hold alone'; readonly person: number; readonly seats: number[] }
  /** The bank's word on a payment; `decline`: it is reserved, and will not be had. */
  | {
      readonly do: 'decide'
      readonly payment: number
      readonly outcome: 'authorized' | 'captured' | 'failed' | 'decline'
    }
  | { readonly do: 'tell'; readonly event: number }
  | { readonly do: 'lose'; readonly fault: 'lost before' | 'lost after' }
  /** Time passes: the host may cover, the deadline is there, its 30 s of grace too. */
  | { readonly do: 'wait'; readonly until: 'cover' | 'deadline' | 'grace' }
  | ({ readonly do: 'end overdue' | 'work' } & MayCrash)
  | { readonly do: 'deliver' | 'sweep' }

/** What happens at the same instant: one thing, or two. */
export type GroupMoment = readonly GroupMove[]

const person = fc.nat(PEOPLE - 1)
const friend = fc.nat(2)
/** A seat that is not the group's. */
const beside = fc.integer({ min: BLOCK, max: 2 * BLOCK - 1 })
const recent = fc.constantFrom(0, 0, 1, 2, 3)
const method = fc.constantFrom<Method>('wallet', 'card', 'card')
const crash = (...names: (GroupStep | PaymentStep)[]) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constantFrom(...names) })
const BEGINNING = crash('block ordered', 'group orders written', 'group orders committed')
const PAYING = crash('payment written', 'provider began', 'report applied', 'all reserved', 'group sold')
const COVERING = crash('cover written', 'report applied', 'all reserved', 'group sold')
const ENDING = crash('group ended')
const WORKING = crash('provider captured', 'provider refunded', 'refund confirmed', 'report applied', 'group sold')

const MOVE: fc.Arbitrary<GroupMove> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('join', 'leave'), person }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('assign'), seat: fc.nat(BLOCK - 1), to: person }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('hold') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('begin'), person: friend, crash: BEGINNING }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('pay'), person: friend, method, crash: PAYING }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('cover'), person: fc.constantFrom(0, 0, 0, 1), method, crash: COVERING }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('give up'), person: fc.constantFrom(0, 0, 1), crash: ENDING }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('cancel'),
      person: friend,
      seat: fc.option(fc.nat(BLOCK - 1), { nil: undefined }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('change'),
      person: friend,
      release: fc.uniqueArray(fc.nat(BLOCK - 1), { minLength: 1, maxLength: 2 }),
      take: fc.uniqueArray(beside, { minLength: 1, maxLength: 2 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('hold alone'),
      person: friend,
      seats: fc.uniqueArray(beside, { minLength: 2, maxLength: BLOCK }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('decide'),
      payment: recent,
      outcome: fc.constantFrom('authorized', 'authorized', 'captured', 'failed', 'decline'),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('tell'), event: recent }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose'), fault: fc.constantFrom('lost before', 'lost after') }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait'), until: fc.constantFrom('cover', 'cover', 'deadline', 'grace') }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('end overdue'), crash: ENDING }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('work'), crash: WORKING }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('deliver', 'sweep') }) },
)

const moment = fc.oneof(
  { weight: 3, arbitrary: MOVE.map((move) => [move]) },
  { weight: 1, arbitrary: fc.array(MOVE, { minLength: 2, maxLength: 3 }) },
)

export interface GroupSequence {
  readonly rule: (typeof RULES)[number]
  readonly moments: readonly GroupMoment[]
}

const pay = (member: number, by: Method): GroupMove => ({ do: 'pay', person: member, method: by, crash: null })
const decide = (payment: number, outcome: 'authorized' | 'decline'): GroupMove => ({ do: 'decide', payment, outcome })
const WORK: GroupMoment = [{ do: 'work', crash: null }]
const RESERVED: readonly GroupMoment[] = [
  [pay(0, 'card'), pay(1, 'card'), pay(2, 'card')],
  [decide(0, 'authorized'), decide(1, 'authorized'), decide(2, 'authorized')],
]
const SHORT: readonly GroupMoment[] = [
  [pay(0, 'wallet'), pay(1, 'card')],
  [pay(2, 'wallet')],
  [decide(0, 'decline')],
  [{ do: 'tell', event: 0 }],
  WORK,
  WORK,
]
const MISSING: readonly GroupMoment[] = [
  [pay(0, 'wallet'), pay(1, 'card')],
  [decide(0, 'authorized')],
  [{ do: 'tell', event: 0 }],
  [{ do: 'wait', until: 'cover' }],
]
const cover = (by: Method): GroupMoment => [{ do: 'cover', person: 0, method: by, crash: null }]

/** What random moves alone seldom come upon. */
const STORIES = {
  nothing: [],
  reserved: [...RESERVED, WORK, WORK],
  short: SHORT,
  'short and covered': [...SHORT, cover('wallet')],
  'sold and given back': [[pay(0, 'wallet'), pay(1, 'wallet')], [pay(2, 'wallet')], [{ do: 'cancel', person: 1 }]],
  'paid twice': [
    [pay(0, 'card')],
    [pay(0, 'wallet')],
    [{ do: 'decide', payment: 0, outcome: 'captured' }],
    [{ do: 'tell', event: 0 }],
  ],
  missing: MISSING,
  covered: [...MISSING, cover('wallet'), WORK],
  'covered and paid': [
    ...MISSING,
    [...cover('card'), pay(2, 'card')],
    [decide(0, 'authorized'), decide(1, 'authorized')],
  ],
} as const satisfies Record<string, readonly GroupMoment[]>

/** Begins with a payment, often far on its way, so that few sequences are about nothing. */
export const groupSequence: fc.Arbitrary<GroupSequence> = fc
  .record({
    rule: fc.constantFrom(...RULES),
    story: fc.constantFrom(...(Object.keys(STORIES) as (keyof typeof STORIES)[])),
    crash: BEGINNING,
    moments: fc.array(moment, { minLength: 1, maxLength: 9 }),
  })
  .map(({ rule, story, crash: at, moments }) => ({
    rule,
    moments: [[{ do: 'begin', person: 1, crash: at }], ...STORIES[story], ...moments],
  }))
