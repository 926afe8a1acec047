import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** A test's suffix says what it needs; each need is a project, run one after the other in this order. */
const NEEDS = ['redis', 'pg', 'e2e', 'browser'] as const
const NEVER = ['**/node_modules/**', '**/dist/**', '**/.seatcast/**']
/** Benchmarks belong to the long versions (server/dev/test.ts). */
const BENCHMARKS = process.env['BENCHMARKS'] === 'all' ? [] : ['client/bench/**']
/** Vitest's own choice leaves one core to itself: on two cores all files would run one after the other. */
const CORES = Math.max(2, availableParallelism())
const POSTGRES = ['server/test/support/global-setup.ts']

/** Files that take far longer than their size tells. Begun first: none runs alone while the other cores idle. */
const LONG = ['orders.model.pg.test.ts', 'order-kills.e2e.test.ts', 'load.e2e.test.ts', 'looks.browser.test.ts']

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- a sequencer, no array
    const bySize = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.some((name) => moduleId.endsWith(`/${name}`))
    return [...bySize.filter(isLong), ...bySize.filter((file) => !isLong(file))]
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...NEVER, ...NEEDS.map((need) => `**/*.${need}.test.ts`)],
          sequence: { groupOrder: 0 },
          maxWorkers: CORES,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'redis',
          include: ['**/*.redis.test.ts'],
          exclude: NEVER,
          sequence: { groupOrder: 1 },
          maxWorkers: CORES + 1, // they mostly wait
          testTimeout: 60_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'pg',
          include: ['**/*.pg.test.ts'],
          exclude: NEVER,
          globalSetup: POSTGRES,
          sequence: { groupOrder: 2 },
          maxWorkers: CORES,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      // Whole systems of processes, then browsers beside them: two files at a time keep two cores busy (1 to 1.2 CPU s a s each).
      {
        test: {
          name: 'e2e',
          include: ['**/*.e2e.test.ts'],
          exclude: NEVER,
          globalSetup: POSTGRES,
          sequence: { groupOrder: 3 },
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['**/*.browser.test.ts'],
          exclude: [...NEVER, ...BENCHMARKS],
          globalSetup: POSTGRES,
          sequence: { groupOrder: 4 },
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
