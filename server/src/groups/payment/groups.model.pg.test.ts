import { randomInt } from 'node:crypto'
import { test } from 'vitest'
import { GroupRun } from '../../../test/support/group-run.ts'
import { BLOCK, type GroupSequence, groupSequence } from '../../../test/support/group-sequence.ts'
import { sequenceLanes } from '../../../test/support/sequence-lanes.ts'

/** Sequences of the normal run; `npm run test:full` asks for more. */
const RUNS = Number(process.env['GROUP_RUNS'] ?? 200)
const SEED = Number(process.env['GROUP_SEED'] ?? randomInt(2 ** 31))

const ENDS = [
  'one_pays sold',
  'one_pays open',
  'each_pays sold',
  'each_pays open',
  'host_covers sold',
  'host_covers open',
  'was capturing',
  'was short',
  'order: expired',
  'order: cancelled',
  'order: refunded',
  'refund: group',
  'refund: second',
  'paid by another',
  'counts against a friend',
]

const lanes = await sequenceLanes<GroupSequence>({
  lanes: 4,
  // One seat of each block costs nothing.
  sale: { seatsPerRow: 2 * BLOCK, maxSeatsPerBuyer: BLOCK, otherPrice: 0, others: { from: BLOCK - 1, to: BLOCK } },
  play: (world, map, sequence) => new GroupRun(world, map).run(sequence),
  momentsOf: ({ moments }) => moments,
  without: ({ rule, moments }, place) => ({ rule, moments: moments.toSpliced(place, 1) }),
})

test(
  `[G9-G16, O6, P5, P6, P11] ${RUNS} random groups that come, pay, fail, cover, give up and crash, GROUP_SEED=${SEED}: never half sold, the money right to the unit`,
  { timeout: 60_000 + RUNS * 500 },
  () => lanes.playRandom({ sequences: groupSequence, runs: RUNS, seedName: 'GROUP_SEED', seed: SEED, ends: ENDS }),
)
