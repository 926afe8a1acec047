import type { LoadSummary } from '../lib/seatcast/load-summary.ts'
import { round } from './chart.ts'

/** CPU time that one user of the run cost each part and the generator, ms; empty where nobody arrived or nothing tells. */
export function costOfUser(
  k6: LoadSummary | null,
  server: Readonly<Record<string, number>>,
  generatorSeconds: number | null,
): Record<string, number> {
  const users = k6?.metrics['users_arrived']?.values['count'] ?? 0
  if (users === 0) return {}
  const parts = Object.entries(server).flatMap(([figure, seconds]) => {
    const part = /^CPU of (?<part>\w+), s$/.exec(figure)?.groups?.['part']
    return part === undefined ? [] : [[part, seconds] as const]
  })
  const all = generatorSeconds === null ? parts : [...parts, ['k6', generatorSeconds] as const]
  return Object.fromEntries(all.map(([part, seconds]) => [part, round((seconds * 1_000) / users, 2)]))
}
