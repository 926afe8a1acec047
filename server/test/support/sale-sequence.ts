import * as fc from 'fast-check'
import type { StepName } from '../../src/orders/step.ts'
import type { PaymentStep } from '../../src/payments/payment-context.ts'

/** Small enough that buyers meet all the time. */
export const SEATS = 8
export const BUYERS = 3
/** Seats from this one on are dearer. */
export const DEARER_FROM = 5
/** A wallet pays for a few orders: points run out now and then. Minor units. */
export const BUYER_POINTS = 9_000

type Method = 'wallet' | 'card'
interface MayCrash {
  /** The process dies there. */
  readonly crash: StepName | PaymentStep | null
}
/** A POST: it has an Idempotency-Key or none, and is sent once more, also after a crash, or not. */
interface Keyed extends MayCrash {
  readonly key: number | null
  readonly again: boolean
}

/** One thing that happens to a performance. `order`, `payment`, `event`: count from the newest. */
export type SaleStep =
  | { readonly do: 'hold' | 'release'; readonly buyer: number; readonly seats: number[] }
  | ({ readonly do: 'place'; readonly buyer: number; readonly seats: number[] | undefined } & Keyed)
  /** A hold and at once its order. */
  | ({ readonly do: 'buy'; readonly buyer: number; readonly seats: number[] } & Keyed)
  | ({ readonly do: 'pay'; readonly order: number; readonly method: Method } & Keyed)
  | { readonly do: 'cancel'; readonly order: number; readonly seats: 'all' | 'first' }
  /** The order's first `release` seats for others. */
  | ({
      readonly do: 'change'
      readonly order: number
      readonly release: number
      readonly take: number[]
      readonly method: Method
    } & Keyed)
  /** The bank's word on a payment. `capture refused`: it is reserved and then not to be had. */
  | {
      readonly do: 'decide'
      readonly payment: number
      readonly outcome: 'authorized' | 'captured' | 'failed' | 'capture refused'
    }
  /** The organiser's doings. */
  | { readonly do: 'sale'; readonly status: 'on_sale' | 'paused' | 'closed' }
  | { readonly do: 'block' | 'unblock'; readonly seat: number }
  /** A webhook; all that ever happened may come at any time, in any order. */
  | ({
      readonly do: 'tell'
      readonly event: number
      readonly as: 'new' | 'replayed' | 'forged' | 'stale'
    } & MayCrash)
  /** The next call of the provider is lost. */
  | { readonly do: 'lose'; readonly fault: 'lost before' | 'lost after' }
  /** The payment deadline passes; `grace`: also the time that a payment in flight adds to it. */
  | { readonly do: 'overdue'; readonly order: number; readonly grace: boolean }
  | ({ readonly do: 'deliver' | 'work' | 'resolve' } & MayCrash)
  | { readonly do: 'expire' | 'end overdue' | 'compare' }
  /** Every hold's deadline passes. */
  | { readonly do: 'lapse' | 'lose redis' | 'restart redis' }
  /** A record of the map in Redis is cut off: of an order, or of a buyer. */
  | { readonly do: 'damage'; readonly part: 'orders' | 'buyers'; readonly record: number }
  /** The curtain rises. */
  | { readonly do: 'start' }

/** What happens at the same instant: one thing or two. */
export type SaleMoment = readonly SaleStep[]

const buyer = fc.nat(BUYERS - 1)
const order = fc.constantFrom(0, 0, 0, 1, 2)
const seats = fc.uniqueArray(fc.nat(SEATS - 1), { minLength: 1, maxLength: 3 })
const method = fc.constantFrom<Method>('wallet', 'card', 'card')
const crash = (...names: (StepName | PaymentStep)[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constantFrom(...names) })
/** Few keys: some meet another request. */
const keyed = (...names: (StepName | PaymentStep)[]) => ({
  crash: crash(...names),
  key: fc.option(fc.nat(2), { freq: 2 }),
  again: fc.nat(3).map((chance) => chance === 0),
})
const PLACING = keyed('seats locked', 'order written', 'order committed')
const PAYING = keyed('payment written', 'provider began', 'report applied', 'payment committed')
const CHANGING = keyed(
  'seats secured',
  'seats exchanged',
  'payment written',
  'provider began',
  'provider captured',
  'report applied',
)

/** Steps that may happen at one instant with another. */
const step: fc.Arbitrary<SaleStep> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('hold'), buyer, seats }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('release'), buyer, seats }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('place'),
      buyer,
      seats: fc.option(seats, { freq: 2, nil: undefined }),
      ...PLACING,
    }),
  },
  { weight: 12, arbitrary: fc.record({ do: fc.constant('buy'), buyer, seats, ...PLACING }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constant('pay'), order, method, ...PAYING }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('cancel'), order, seats: fc.constantFrom('all', 'first') }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constant('change'),
      order,
      release: fc.integer({ min: 1, max: 3 }),
      take: seats,
      method,
      ...CHANGING,
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('decide'),
      payment: fc.constantFrom(0, 0, 0, 1, 2),
      outcome: fc.constantFrom('authorized', 'captured', 'captured', 'failed', 'capture refused'),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('tell'),
      event: fc.constantFrom(0, 0, 0, 1, 2, 5),
      as: fc.constantFrom('new', 'new', 'new', 'replayed', 'forged', 'stale'),
      crash: crash('event stored', 'report applied', 'seats claimed late'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('sale'),
      status: fc.constantFrom('on_sale', 'on_sale', 'paused', 'closed'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('block', 'unblock'), seat: fc.nat(SEATS - 1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose'), fault: fc.constantFrom('lost before', 'lost after') }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('overdue'), order, grace: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('deliver'),
      crash: crash('outbox read', 'map settled', 'outbox entry deleted'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('work'),
      crash: crash(
        'provider captured',
        'provider refunded',
        'report applied',
        'refund confirmed',
        'seats claimed late',
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('resolve'), crash: crash('order id claimed') }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('expire', 'end overdue', 'end overdue', 'compare') }) },
)
/** Comes at the same instant as anything else. */
const upheaval: fc.Arbitrary<SaleStep> = fc.record({ do: fc.constantFrom('lose redis', 'restart redis', 'start') })
const calamity: fc.Arbitrary<SaleStep> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('lapse', 'lapse', 'lose redis', 'restart redis', 'start') }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('damage'),
      part: fc.constantFrom('orders', 'buyers'),
      record: fc.nat(BUYERS - 1),
    }),
  },
)

const moment: fc.Arbitrary<SaleMoment> = fc.oneof(
  { weight: 20, arbitrary: fc.tuple(step) },
  { weight: 5, arbitrary: fc.tuple(step, step) },
  // A button pressed twice, two processes at the same work.
  { weight: 2, arbitrary: step.map((one) => [one, one]) },
  { weight: 1, arbitrary: fc.tuple(calamity) },
  { weight: 1, arbitrary: fc.tuple(step, upheaval) },
)

const ONCE = { key: null, again: false, crash: null } as const

/** What random steps alone seldom come upon. */
const STORIES: readonly ((first: number[]) => SaleStep[])[] = [
  () => [],
  () => [],
  // An order that ended while it was paid, its seats free or sold again.
  () => [
    { do: 'overdue', order: 0, grace: true },
    { do: 'end overdue' },
    { do: 'decide', payment: 0, outcome: 'captured' },
  ],
  (first) => [
    { do: 'overdue', order: 0, grace: true },
    { do: 'end overdue' },
    { do: 'deliver', crash: null },
    { do: 'buy', buyer: 1, seats: first, ...ONCE },
    { do: 'decide', payment: 0, outcome: 'captured' },
  ],
  // Cancelled while it was paid: the money still comes, its seats free, sold again, or the performance has begun.
  () => [
    { do: 'cancel', order: 0, seats: 'all' },
    { do: 'decide', payment: 0, outcome: 'captured' },
  ],
  (first) => [
    { do: 'cancel', order: 0, seats: 'all' },
    { do: 'deliver', crash: null },
    { do: 'buy', buyer: 1, seats: first, ...ONCE },
    { do: 'decide', payment: 0, outcome: 'captured' },
  ],
  () => [{ do: 'cancel', order: 0, seats: 'all' }, { do: 'start' }, { do: 'decide', payment: 0, outcome: 'captured' }],
  // Late money takes the seats on the map, and its process dies.
  () => [
    { do: 'cancel', order: 0, seats: 'all' },
    { do: 'decide', payment: 0, outcome: 'captured' },
    { do: 'tell', event: 0, as: 'new', crash: 'seats claimed late' },
  ],
  // Accepted by the bank, then not paid; another payment is.
  () => [
    { do: 'decide', payment: 0, outcome: 'capture refused' },
    { do: 'work', crash: null },
    { do: 'pay', order: 0, method: 'wallet', ...ONCE },
  ],
  // A change to seats that its buyer holds, which comes to nothing.
  () => [
    { do: 'hold', buyer: 0, seats: [SEATS - 1, SEATS - 2] },
    { do: 'change', order: 0, release: 1, take: [SEATS - 1], method: 'wallet', ...ONCE, crash: 'seats exchanged' },
    { do: 'resolve', crash: null },
  ],
  // Two payments of one order.
  () => [
    { do: 'pay', order: 0, method: 'wallet', ...ONCE },
    { do: 'decide', payment: 0, outcome: 'captured' },
  ],
  // Paid by card, then moved.
  () => [
    { do: 'decide', payment: 0, outcome: 'captured' },
    { do: 'work', crash: null },
    { do: 'change', order: 0, release: 1, take: [SEATS - 1], method: 'card', ...ONCE },
  ],
]

/** Begins with an order that somebody pays, so that few sequences are about nothing. */
export const saleSequence: fc.Arbitrary<SaleMoment[]> = fc
  .tuple(seats, method, fc.constantFrom(...STORIES), fc.array(moment, { minLength: 3, maxLength: 18, size: 'max' }))
  .map(([first, by, story, rest]) => [
    ...(
      [
        { do: 'buy', buyer: 0, seats: first, ...ONCE },
        { do: 'pay', order: 0, method: by, ...ONCE },
      ] as const
    ).map((one) => [one]),
    ...story(first).map((one) => [one]),
    ...rest,
  ])
