import { describe, expect, test } from 'vitest'
import { runSale, type Weather } from './support/convergence-run.ts'

/** Runs in all; `CONVERGENCE_SEED` runs one seed alone, through every weather. */
const RUNS = Number(process.env['CONVERGENCE_RUNS'] ?? 320)
const SEED = process.env['CONVERGENCE_SEED']
const WEATHERS: readonly Weather[] = ['calm', 'lossy links', 'disasters', 'everything']

describe("[F1, F3, F4] every client ends with the server's map", () => {
  for (const [place, weather] of WEATHERS.entries()) {
    const count = Math.ceil(RUNS / WEATHERS.length)
    const seeds =
      SEED === undefined ? Array.from({ length: count }, (_, run) => 1 + place + run * WEATHERS.length) : [Number(SEED)]
    test(`${seeds.length} seeded sales: ${weather}`, { timeout: 600_000 }, async () => {
      for (const seed of seeds) {
        const { faults } = await runSale(seed, weather)
        expect(faults, `CONVERGENCE_SEED=${seed} (${weather})`).toEqual([])
      }
    })
  }
})
