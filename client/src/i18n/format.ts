import { language } from './language.ts'

/** `minor`: integer minor units of `currency` (ISO 4217). */
export function money(minor: number, currency: string): string {
  const format = moneyFormat(language.value, currency)
  const digits = format.resolvedOptions().maximumFractionDigits ?? 0
  return format.format(minor / 10 ** digits)
}

export function integer(value: number): string {
  return integerFormat(language.value).format(value)
}

/** A moment as a wall clock shows it, for reading only: no decision is made from it. */
export function dateAndTime(isoMoment: string): string {
  return dateFormat(language.value).format(new Date(isoMoment))
}

/** `m:ss`, or `h:mm:ss` from an hour on; rounds up, so that 0:00 means over. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  const pad = (value: number): string => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`
}

/** Seconds for `retryInMs`, rounded up: asking again then can help. */
export const waitSeconds = (ms: number): number => Math.max(0, Math.ceil(ms / 1000))

/** Labels as people sort them: 2 before 10, A before B. */
export function compareLabels(a: string, b: string): number {
  return collator(language.value).compare(a, b)
}

const integerFormat = remember((tag: string) => new Intl.NumberFormat(tag))
const collator = remember((tag: string) => new Intl.Collator(tag, { numeric: true }))
const dateFormat = remember(
  (tag: string) =>
    new Intl.DateTimeFormat(tag, {
      weekday: 'short',
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: 'numeric',
      minute: '2-digit',
    }),
)
const moneyFormat = remember(
  (tag: string, currency?: string) => new Intl.NumberFormat(tag, { style: 'currency', currency: currency ?? 'XXX' }),
)

/** Intl's formats are costly to make and cheap to keep: one for each language (and currency). */
function remember<F>(make: (tag: string, currency?: string) => F): (tag: string, currency?: string) => F {
  const made = new Map<string, F>()
  return (tag, currency) => {
    const key = `${tag} ${currency ?? ''}`
    const known = made.get(key)
    if (known !== undefined) return known
    const fresh = make(tag, currency)
    made.set(key, fresh)
    return fresh
  }
}
