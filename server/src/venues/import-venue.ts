import { type Fault, Faults, ROOT } from '@seatcast/shared/domain/faults.ts'
import { isRecord } from '@seatcast/shared/domain/json-reader.ts'
import type { Layout } from '@seatcast/shared/domain/layout.ts'
import { planToLayout } from '@seatcast/shared/domain/pretix/plan-to-layout.ts'
import { readPretixPlan } from '@seatcast/shared/domain/pretix/read-pretix.ts'
import { VENUE_FILE_LENGTH_MAX } from '@seatcast/shared/domain/venue-limits.ts'
import { expandVenue } from '@seatcast/shared/domain/venue-spec/expand-venue.ts'
import { readVenueSpec } from '@seatcast/shared/domain/venue-spec/read-venue-spec.ts'

export type VenueFormat = 'pretix' | 'spec'

export type VenueImport =
  | {
      readonly ok: true
      readonly format: VenueFormat
      readonly layout: Layout
      /** What the file does not say and was guessed: `CODE: a sentence`. */
      readonly guesses: readonly string[]
      /** A pretix plan's `seat_guid` by seat index; null for a spec. */
      readonly guids: readonly string[] | null
    }
  | { readonly ok: false; readonly errors: readonly Fault[] }

/**
 * Reads a venue from a file's text: a pretix seating plan or a venue spec, told apart by `zones` and `sections`. Whatever the
 * text is, the answer is a layout or every error with its path (SPEC V2); it never throws. To keep SPEC V1, keep the text.
 */
export function importVenue(text: string): VenueImport {
  const faults = new Faults()
  const value = parse(faults, text)
  if (value === undefined) return { ok: false, errors: faults.list() }
  const format = formatOf(faults, value)
  if (format === 'pretix') {
    const plan = readPretixPlan(faults, value)
    if (plan !== undefined) return { ok: true, format, ...planToLayout(plan) }
  }
  if (format === 'spec') {
    const spec = readVenueSpec(faults, value)
    const layout = spec === undefined ? undefined : expandVenue(faults, spec)
    if (layout !== undefined) return { ok: true, format, layout, guesses: [], guids: null }
  }
  return { ok: false, errors: faults.list() }
}

function parse(faults: Faults, text: string): unknown {
  if (text.length > VENUE_FILE_LENGTH_MAX) {
    faults.add(ROOT, `the file has ${text.length} characters, at most ${VENUE_FILE_LENGTH_MAX} are read`)
    return undefined
  }
  try {
    // A byte order mark is no JSON, but editors write it.
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text) as unknown
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unreadable'
    faults.add(ROOT, `not JSON: ${reason.slice(0, 200)}`)
    return undefined
  }
}

function formatOf(faults: Faults, value: unknown): VenueFormat | undefined {
  if (!isRecord(value)) {
    faults.add(ROOT, 'must be an object: a pretix seating plan or a venue spec')
    return undefined
  }
  const [pretix, spec] = [Object.hasOwn(value, 'zones'), Object.hasOwn(value, 'sections')]
  if (pretix !== spec) return pretix ? 'pretix' : 'spec'
  faults.add(ROOT, 'must have either "zones" (a pretix seating plan) or "sections" (a venue spec)')
  return undefined
}
