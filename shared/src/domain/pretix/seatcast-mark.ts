import { isRecord } from '../json-reader.ts'
import type { Layout, NameBook, Point } from '../layout.ts'
import { NAME_LENGTH_MAX, NAMES_MAX } from '../name-book.ts'

/**
 * What a pretix plan has no field for, of a layout that Seatcast wrote as one: kept in the `uuid` of the zone that holds the
 * decoration, so that reading the plan again gives the same layout. Other programs see an odd uuid and keep it.
 */
export interface SeatcastMark {
  readonly unit: 'cm' | 'px'
  readonly seatSize: number
  readonly focus: Point
  /** Where the layout's origin lies in the plan. */
  readonly origin: Point
  /** Plan categories that were made for accessible seats: [their place, the place of the category they belong to]. */
  readonly accessible: readonly (readonly [made: number, own: number])[]
  readonly names?: Layout['names'] | undefined
}

/** The uuid of an area that is its zone's section outline, not decoration. */
export const OUTLINE_MARK = 'seatcast:outline'
/** How the uuid of an area starts that is a stage. */
export const STAGE_MARK = 'seatcast:stage'

export function writeMark(mark: SeatcastMark): string {
  const made = mark.accessible.map(([from, to]) => `${from}>${to}`).join(',')
  const names = mark.names === undefined ? '' : ` names=${JSON.stringify(mark.names.ko)}`
  return `seatcast:1 unit=${mark.unit} seat=${mark.seatSize} focus=${mark.focus.join(',')} origin=${mark.origin.join(',')} accessible=${made}${names}`
}

const MARK =
  /^seatcast:1 unit=(cm|px) seat=([\d.]{1,12}) focus=(-?[\d.]{1,12}),(-?[\d.]{1,12}) origin=(-?[\d.]{1,12}),(-?[\d.]{1,12}) accessible=([\d>,]*)(?: names=(\{.*\}))?$/s

export function readMark(uuid: string | null): SeatcastMark | null {
  const parts = MARK.exec(uuid ?? '')
  if (parts === null) return null
  const [seatSize = 0, fx = 0, fy = 0, ox = 0, oy = 0] = parts.slice(2, 7).map(Number)
  if (![seatSize, fx, fy, ox, oy].every(Number.isFinite) || seatSize <= 0) return null
  const accessible = (parts[7] ?? '').split(',').filter((pair) => pair !== '')
  return {
    unit: parts[1] === 'cm' ? 'cm' : 'px',
    seatSize,
    focus: [fx, fy],
    origin: [ox, oy],
    accessible: accessible
      .map((pair) => pair.split('>').map(Number))
      .map(([made = -1, belongs = -1]) => [made, belongs]),
    names: readBook(parts[8]),
  }
}

/** Somebody else may have written the mark: what is not a book of names is none. */
function readBook(json: string | undefined): Layout['names'] {
  let book: unknown
  try {
    book = JSON.parse(json ?? 'null')
  } catch {
    return undefined // cut off, say
  }
  if (!isRecord(book)) return undefined
  const entries = Object.entries(book).filter((entry): entry is [string, string] => isName(entry[1]))
  const ko: NameBook = Object.fromEntries(entries.slice(0, NAMES_MAX))
  return { ko }
}

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= NAME_LENGTH_MAX && value.isWellFormed()
