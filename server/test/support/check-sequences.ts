import * as fc from 'fast-check'
import type { RunSequence } from './seat-model-run.ts'
import { sequence } from './seat-sequence.ts'

/** Sequences that run at once, so that nobody waits for one round trip at a time. */
const LANES = 32
/** Sequences drawn from one seed; the next chunk's seed is one more. */
const CHUNK = 500

export interface Failure {
  /** Reproduces it: `MODEL_SEED=<seed>` with at least `path + 1` runs. */
  readonly seed: number
  readonly path: number
  readonly cause: unknown
}

/** Runs `runs` random sequences, several at once; resolves to a failing one, or undefined when all hold. */
export async function findFailure(run: RunSequence, runs: number, seed: number): Promise<Failure | undefined> {
  for (let done = 0; done < runs; done += CHUNK) {
    const chunkSeed = seed + done / CHUNK
    const sequences = fc.sample(sequence, { numRuns: Math.min(CHUNK, runs - done), seed: chunkSeed })
    let next = 0
    const failures: Failure[] = []
    const work = async (_: unknown, lane: number): Promise<void> => {
      while (failures.length === 0 && next < sequences.length) {
        const path = next
        next += 1
        const drawn = sequences[path]
        if (drawn === undefined) return
        await run(drawn, lane).catch((cause: unknown) => failures.push({ seed: chunkSeed, path, cause }))
      }
    }
    await Promise.all(Array.from({ length: LANES }, work))
    if (failures.length > 0) return failures[0]
  }
  return undefined
}

/** As `findFailure`, but fails with the shortest sequence that fast-check finds from it. */
export async function checkSequences(run: RunSequence, runs: number, seed: number): Promise<void> {
  const failure = await findFailure(run, runs, seed)
  if (failure === undefined) return
  const property = fc.asyncProperty(sequence, (drawn) => run(drawn))
  await fc.assert(property, { seed: failure.seed, path: String(failure.path), numRuns: CHUNK })
  throw new Error(`MODEL_SEED=${failure.seed}: sequence ${failure.path} failed only beside others`, {
    cause: failure.cause,
  })
}
