import * as fc from 'fast-check'
import type { SaleFacts } from '../../src/seats/map-commands.ts'
import type { ModelLimits } from './seat-model-state.ts'

interface Buyer {
  readonly buyer: string
  readonly requestId?: string | undefined
}

/** One thing that happens to a map. `shift`: the epoch it is meant for, relative to the present one. */
export type Step =
  | (Buyer & { readonly do: 'hold'; readonly shift: number; readonly seats: number[]; readonly limits: ModelLimits })
  | (Buyer & {
      readonly do: 'best'
      readonly shift: number
      readonly candidates: number[][]
      readonly replace: boolean
      readonly limits: ModelLimits
    })
  | (Buyer & {
      readonly do: 'swap'
      readonly shift: number
      readonly release: number[]
      readonly hold: number[]
      readonly limits: ModelLimits
    })
  | (Buyer & { readonly do: 'release'; readonly shift: number; readonly seats: number[] | undefined })
  | { readonly do: 'remember'; readonly buyer: string; readonly requestId: string; readonly json: string }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'expire'; readonly shift: number }
  | { readonly do: 'sale'; readonly shift: number; readonly changes: Partial<SaleFacts> }
  | { readonly do: 'block'; readonly shift: number; readonly block: number[]; readonly unblock: number[] }
  | { readonly do: 'checkpoint'; readonly shift: number; readonly entriesMin: number }
  | {
      readonly do: 'load'
      readonly shift: number
      readonly facts: SaleFacts
      readonly blocked: number[]
      readonly previous: 'none' | 'mirror' | 'conflict'
      /** Whether PostgreSQL has the groups, and whose each seat is there: the members' in turn. */
      readonly groups: 'none' | 'nobody sits' | 'all sit'
    }
  /** A record of a lost history appears, whose seats belong to others: what a rolled-back Redis may look like. */
  | { readonly do: 'leftover'; readonly buyer: string; readonly inMs: number; readonly seatsMax: number }
  | GroupStep

/** What happens to groups and to orders. */
export type GroupStep =
  | {
      readonly do: 'members'
      readonly shift: number
      readonly groupId: string
      /** Relative to the version that the map knows. */
      readonly newer: number
      /** The first is the host. */
      readonly members: string[]
      readonly holdMs: number
    }
  | (Buyer & {
      readonly do: 'holdBlock'
      readonly shift: number
      readonly groupId: string
      readonly hold: WhichHold
      readonly candidates: { readonly seats: number[]; readonly assigned: Record<number, string> }[]
      readonly holdMs: number
      readonly limits: ModelLimits
    })
  | { readonly do: 'letGo'; readonly shift: number; readonly groupId: string; readonly hold: WhichHold }
  | { readonly do: 'extend'; readonly shift: number; readonly groupId: string; readonly hold: WhichHold }
  | {
      readonly do: 'orderGroup'
      readonly shift: number
      readonly groupId: string
      readonly hold: WhichHold
      /** `twice`: a seat in two orders. `part`: not all seats. `other`: one that is not the hold's instead of one that is. */
      readonly how: 'one' | 'each' | 'uneven' | 'twice' | 'part' | 'other'
    }
  | { readonly do: 'order'; readonly shift: number; readonly buyer: string; readonly seats: number[] | undefined }
  /** `place`: which of the orders there are. */
  | { readonly do: 'return'; readonly shift: number; readonly place: number }
  | { readonly do: 'settle'; readonly shift: number; readonly place: number }

/** A hold that is named: the group's own, or one that is not there. */
export type WhichHold = 'present' | 'other' | 'unnamed'

/** A map as it begins, and what happens to it. */
export interface Sequence {
  readonly facts: SaleFacts
  readonly blocked: number[]
  /** Seats of a pending order of the first buyer, and sold ones: planted, for orders are not these scripts'. */
  readonly ordered: number[]
  readonly sold: number[]
  readonly steps: Step[]
}

/** Small enough that buyers meet all the time. */
export const SEAT_COUNT = 8
/** The moment at which sequences begin, Unix ms. */
export const START_MS = 1_700_000_000_000
const HOLD_MS = 1_000

export const BUYERS = ['ann', 'bob', 'cem'] as const
export const REQUEST_IDS = ['r1', 'r2'] as const

const buyer = fc.constantFrom(...BUYERS)
const requestId = fc.option(fc.constantFrom(...REQUEST_IDS), { freq: 6, nil: undefined })
const seat = fc.nat(SEAT_COUNT - 1)
const goodSeats = fc.uniqueArray(seat, { minLength: 1, maxLength: 4 })
const seats = fc.oneof(
  { weight: 30, arbitrary: goodSeats },
  { weight: 1, arbitrary: fc.constantFrom<number[]>([], [1, 1], [SEAT_COUNT], [0, -1], [0.5], [1e21]) },
)
const limits: fc.Arbitrary<ModelLimits> = fc.record({
  address: fc.constantFrom('', 'home', 'work'),
  addressMax: fc.constantFrom(0, 0, 4),
  budgetMs: fc.constantFrom(0, 0, 0, HOLD_MS),
})
/** Now and then a command comes late or early: for another epoch than the present one (R4). */
const shift = fc.oneof({ weight: 25, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(-1, 1) })
const facts: fc.Arbitrary<SaleFacts> = fc.record({
  status: fc.oneof(
    { weight: 8, arbitrary: fc.constant('on_sale' as const) },
    { weight: 2, arbitrary: fc.constantFrom('scheduled' as const, 'paused' as const) },
  ),
  opensAtMs: fc.constantFrom(0, START_MS - 1, START_MS + HOLD_MS / 2),
  holdMs: fc.constantFrom(HOLD_MS, HOLD_MS, 2 * HOLD_MS),
  maxSeatsPerBuyer: fc.constantFrom(2, 3, 4, 5),
})
const saleChanges: fc.Arbitrary<Partial<SaleFacts>> = fc.record(
  {
    status: fc.constantFrom('scheduled', 'on_sale', 'on_sale', 'on_sale', 'paused', 'closed'),
    opensAtMs: fc.constantFrom(0, START_MS - 1, START_MS + HOLD_MS, START_MS + 4 * HOLD_MS),
    holdMs: fc.constantFrom(HOLD_MS, 2 * HOLD_MS),
    maxSeatsPerBuyer: fc.constantFrom(2, 4),
  },
  { requiredKeys: [] },
)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 30, arbitrary: fc.record({ do: fc.constant('hold' as const), shift, buyer, requestId, seats, limits }) },
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constant('best' as const),
      shift,
      buyer,
      requestId,
      candidates: fc.array(seats, { maxLength: 4 }),
      replace: fc.boolean(),
      limits,
    }),
  },
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constant('swap' as const),
      shift,
      buyer,
      requestId,
      release: seats,
      hold: seats,
      limits,
    }),
  },
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constant('release' as const),
      shift,
      buyer,
      requestId,
      seats: fc.option(seats, { nil: undefined }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('remember' as const),
      buyer,
      requestId: fc.constantFrom(...REQUEST_IDS),
      json: fc.constantFrom('{"ok":true}', '{"text":"\\u0000ü"}'),
    }),
  },
  {
    weight: 16,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(1, HOLD_MS / 2, HOLD_MS - 1, HOLD_MS, 2 * HOLD_MS, 3_600_000),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('expire' as const), shift }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('sale' as const), shift, changes: saleChanges }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('block' as const),
      shift,
      block: fc.uniqueArray(seat, { maxLength: 3 }),
      unblock: fc.uniqueArray(seat, { maxLength: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('checkpoint' as const), shift, entriesMin: fc.nat(5) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('load' as const),
      shift: fc.constantFrom(0, 1, 1, 1, 2),
      facts,
      blocked: fc.uniqueArray(seat, { maxLength: 2 }),
      previous: fc.constantFrom('none' as const, 'mirror' as const, 'conflict' as const),
      groups: fc.constantFrom('none' as const, 'nobody sits' as const, 'all sit' as const, 'all sit' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('leftover' as const),
      buyer,
      inMs: fc.constantFrom(0, HOLD_MS / 2, 2 * HOLD_MS),
      seatsMax: fc.integer({ min: 1, max: 3 }),
    }),
  },
)

const groupId = fc.constantFrom('duo', 'duo', 'duo', 'trio')
const hold = fc.constantFrom<WhichHold>('present', 'present', 'present', 'other', 'unnamed')
/** Seldom one that refuses: most sequences are about what follows. */
const whicheverHold: fc.Arbitrary<WhichHold> = fc.oneof(
  { weight: 8, arbitrary: fc.constant('unnamed' as const) },
  { weight: 1, arbitrary: fc.constantFrom('present' as const, 'other' as const) },
)
const allSit = fc.constant(
  Object.fromEntries(Array.from({ length: SEAT_COUNT }, (_, place) => [place, BUYERS[place % BUYERS.length] ?? ''])),
)
const groupStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 18,
    arbitrary: fc.record({
      do: fc.constant('members' as const),
      shift,
      groupId,
      newer: fc.constantFrom(1, 1, 1, 1, 0, -1),
      members: fc.oneof(fc.shuffledSubarray([...BUYERS]), fc.shuffledSubarray([...BUYERS], { minLength: 3 })),
      holdMs: fc.constantFrom(HOLD_MS, HOLD_MS / 2, 2 * HOLD_MS),
    }),
  },
  {
    weight: 20,
    arbitrary: fc.record({
      do: fc.constant('holdBlock' as const),
      shift,
      buyer,
      requestId,
      groupId,
      hold: whicheverHold,
      candidates: fc.array(
        fc.record({
          seats: fc.oneof(
            fc.uniqueArray(seat, { minLength: 1, maxLength: 7 }),
            fc.constant<number[]>([0, 1, 2, 3]),
            seats,
          ),
          assigned: fc.oneof(fc.dictionary(seat.map(String), buyer, { maxKeys: 7, noNullPrototype: true }), allSit),
        }),
        { minLength: 0, maxLength: 3, size: 'max' },
      ),
      holdMs: fc.constantFrom(HOLD_MS, 2 * HOLD_MS),
      limits,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('letGo' as const), shift, groupId, hold }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('extend' as const), shift, groupId, hold }) },
  {
    weight: 16,
    arbitrary: fc.record({
      do: fc.constant('orderGroup' as const),
      shift,
      groupId,
      hold,
      how: fc.constantFrom('one', 'each', 'each', 'uneven', 'uneven', 'twice', 'part', 'other'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('order' as const),
      shift,
      buyer,
      seats: fc.option(goodSeats, { nil: undefined }),
    }),
  },
  { weight: 9, arbitrary: fc.record({ do: fc.constant('return' as const), shift, place: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('settle' as const), shift, place: fc.nat(5) }) },
)

/** Half of the maps are without groups, so that ordinary buyers meet as often as before. */
const steps = (one: fc.Arbitrary<Step>) => fc.array(one, { minLength: 5, maxLength: 40, size: 'max' })

export const sequence: fc.Arbitrary<Sequence> = fc.record({
  facts,
  blocked: fc.constantFrom<number[]>([], [7]),
  ordered: fc.constantFrom<number[]>([], [], [6]),
  sold: fc.constantFrom<number[]>([], [], [5]),
  steps: fc.oneof(steps(step), steps(fc.oneof({ weight: 2, arbitrary: step }, { weight: 3, arbitrary: groupStep }))),
})
