import { randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import { checkSequences } from '../../test/support/check-sequences.ts'
import { createModelRun } from '../../test/support/seat-model-run.ts'
import { testRedis } from '../../test/support/redis.ts'
import { connectRedis, untilReady } from '../redis/client.ts'

/** Sequences of the normal run; `npm run test:full` asks for 50,000. */
const RUNS = Number(process.env['MODEL_RUNS'] ?? 1_200)
const SEED = Number(process.env['MODEL_SEED'] ?? randomInt(2 ** 31))

const server = await testRedis()

test(
  `[H1-H12, R1-R6, G1-G4, G7] ${RUNS} random sequences, MODEL_SEED=${SEED}: every reply and the whole state equal the model's`,
  { timeout: 30_000 + RUNS * 60 },
  async () => {
    const redis = connectRedis(server.url, 'commands', (error) => expect.fail(error.message))
    await untilReady(redis, 5_000)
    const startedMs = performance.now()
    await checkSequences(createModelRun(redis), RUNS, SEED)
    const seconds = (performance.now() - startedMs) / 1_000
    process.stdout.write(`model: ${RUNS} sequences, ${(RUNS / seconds).toFixed(0)} a second, MODEL_SEED=${SEED}\n`)
    redis.disconnect()
  },
)
