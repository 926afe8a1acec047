import { UsageError } from './command-error.ts'

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A moment as typed: ISO 8601 with a zone, `now`, or from now on: `+90s`, `+15m`, `+2h`, `+30d`. */
export function momentOf(text: string, option: string, nowMs = Date.now()): string {
  if (text === 'now') return new Date(nowMs).toISOString()
  const [, amount, unit = ''] = /^\+(\d{1,6})([smhd])$/.exec(text) ?? []
  if (amount !== undefined) return new Date(nowMs + Number(amount) * (UNIT_MS[unit] ?? 0)).toISOString()
  if (!/(Z|[+-]\d{2}:\d{2})$/i.test(text) || Number.isNaN(Date.parse(text))) {
    throw new UsageError(`--${option}: write 2027-05-01T19:30:00+09:00, now, or +15m`)
  }
  return new Date(text).toISOString()
}
