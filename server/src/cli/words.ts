/** When a scheduled sale opens, in words; nothing for others. */
export function inWords({ status, opensInMs }: { status: string; opensInMs: number | null }): string {
  if (status !== 'scheduled') return ''
  return opensInMs === null ? ', no opening time' : `, opens in ${duration(opensInMs)}`
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 3_600)} h`
}

/** Whole units of a currency's minor units, e.g. 4500 EUR -> 45.00 EUR. */
export function money(minor: number, currency: string): string {
  const digits =
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  return `${(minor / 10 ** digits).toFixed(digits)} ${currency}`
}
