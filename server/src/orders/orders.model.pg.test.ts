import { randomInt } from 'node:crypto'
import { test } from 'vitest'
import { SaleRun } from '../../test/support/sale-run.ts'
import { DEARER_FROM, type SaleMoment, saleSequence, SEATS } from '../../test/support/sale-sequence.ts'
import { sequenceLanes } from '../../test/support/sequence-lanes.ts'

/** Sequences of the normal run; `npm run test:full` asks for more. */
const RUNS = Number(process.env['ORDER_RUNS'] ?? 1_000)
const SEED = Number(process.env['ORDER_SEED'] ?? randomInt(2 ** 31))

const ENDS = [
  'paid',
  'refunded',
  'expired',
  'cancelled',
  'moved seat',
  'charged by card: difference',
  'payment failed',
  'claimed late: expired',
  'claimed late: cancelled',
  'sale not open',
  'started',
  'blocked seat',
  'refund: cancelled',
  'refund: late',
  'refund: second',
  'refund: changed',
  'answered again',
  'IDEMPOTENCY_KEY_REUSED',
  'died: seats claimed late',
]

const lanes = await sequenceLanes<SaleMoment[]>({
  lanes: 8,
  sale: { seatsPerRow: SEATS, maxSeatsPerBuyer: 5, otherPrice: 1_700, others: { from: DEARER_FROM, to: SEATS } },
  play: (world, map, moments) => new SaleRun(world, map).run(moments),
  momentsOf: (moments) => moments,
  without: (moments, place) => moments.toSpliced(place, 1),
})

test(
  `[O1-O12, O14, P1-P11, R7, H8] ${RUNS} random sequences of buyers, money, time and crashes, ORDER_SEED=${SEED}: seats and money are right after each`,
  { timeout: 60_000 + RUNS * 300 },
  () => lanes.playRandom({ sequences: saleSequence, runs: RUNS, seedName: 'ORDER_SEED', seed: SEED, ends: ENDS }),
)
