import * as fc from 'fast-check'
import type { StepName } from '../../src/orders/step.ts'

/** Small enough that buyers meet all the time. */
export const SEATS = 8
export const BUYERS = 3

/** One thing that happens to a performance's orders. `order`: counts from the newest. `crash`: the process dies there. */
export type OrderStep =
  | { readonly do: 'hold'; readonly buyer: number; readonly seats: number[] }
  | { readonly do: 'release'; readonly buyer: number; readonly seats: number[] }
  | {
      readonly do: 'place'
      readonly buyer: number
      readonly seats: number[] | undefined
      readonly crash: StepName | null
    }
  /** A hold and at once its order. */
  | { readonly do: 'buy'; readonly buyer: number; readonly seats: number[]; readonly crash: StepName | null }
  | { readonly do: 'cancel'; readonly order: number; readonly seats: number[] | undefined }
  | {
      readonly do: 'change'
      readonly order: number
      readonly release: number[]
      readonly take: number[]
      readonly crash: StepName | null
    }
  | { readonly do: 'authorize' | 'pay' | 'refund' | 'late' | 'overdue' | 'paying'; readonly order: number }
  | { readonly do: 'deliver'; readonly crash: StepName | null }
  /** Late payments and holds' ends are what time brings. */
  | { readonly do: 'lapse' | 'expire' | 'end overdue' | 'resolve' | 'compare' | 'lose redis' | 'restart redis' }

const buyer = fc.nat(BUYERS - 1)
const order = fc.constantFrom(0, 0, 0, 1, 2)
const seats = fc.uniqueArray(fc.nat(SEATS - 1), { minLength: 1, maxLength: 3 })
const maybeSeats = fc.option(seats, { nil: undefined })
const crash = (...names: StepName[]) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constantFrom(...names) })

const step: fc.Arbitrary<OrderStep> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('hold' as const), buyer, seats }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('release' as const), buyer, seats }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('place' as const),
      buyer,
      seats: fc.option(seats, { freq: 2, nil: undefined }),
      crash: crash('seats locked', 'order written', 'order committed'),
    }),
  },
  {
    weight: 16,
    arbitrary: fc.record({
      do: fc.constant('buy' as const),
      buyer,
      seats,
      crash: crash('seats locked', 'order written', 'order committed'),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('cancel' as const), order, seats: maybeSeats }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      order,
      release: seats,
      take: seats,
      crash: crash('seats secured', 'seats exchanged'),
    }),
  },
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constantFrom('authorize', 'pay', 'pay', 'refund', 'late', 'late', 'overdue', 'overdue', 'paying'),
      order,
    }),
  },
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constant('deliver' as const),
      crash: crash('outbox read', 'map settled', 'outbox entry deleted'),
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'lapse',
        'expire',
        'end overdue',
        'end overdue',
        'resolve',
        'compare',
        'lose redis',
        'restart redis',
      ),
    }),
  },
)

export const orderSequence: fc.Arbitrary<OrderStep[]> = fc.array(step, { minLength: 6, maxLength: 30, size: 'max' })
