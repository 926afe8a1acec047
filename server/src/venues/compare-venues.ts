import type { Layout, SeatColumns } from '@seatcast/shared/domain/layout.ts'

/** A seat as people name it. */
export interface SeatName {
  readonly section: string
  readonly row: string
  readonly number: string
}

export interface VenueDifferences {
  readonly same: boolean
  readonly seatsAdded: readonly SeatName[]
  readonly seatsRemoved: readonly SeatName[]
  /** Seats that stand elsewhere, by more than MOVED_MIN. */
  readonly seatsMoved: readonly (SeatName & { readonly by: number })[]
  readonly categoryChanged: readonly (SeatName & { readonly from: string; readonly to: string })[]
  readonly accessibleChanged: readonly (SeatName & { readonly accessible: boolean })[]
  /** Same `seat_guid`, other name; only when both venues have guids. */
  readonly renamed: readonly (SeatName & { readonly was: SeatName })[]
  readonly sectionsAdded: readonly string[]
  readonly sectionsRemoved: readonly string[]
  readonly categoriesAdded: readonly string[]
  readonly categoriesRemoved: readonly string[]
  readonly categoriesRecoloured: readonly string[]
}

/** Less than this is rounding, in the layout's unit. Source: coordinates are kept to a tenth. */
const MOVED_MIN = 0.15

/**
 * What changed from `a` to `b`. Seats are matched by `seat_guid` when both venues have them (pretix plans), else by section,
 * row and number; of seats that share a name, the first matches the first.
 */
export function compareVenues(
  a: Layout,
  b: Layout,
  guids?: { readonly a: readonly string[] | null; readonly b: readonly string[] | null },
): VenueDifferences {
  const byGuid = guids !== undefined && guids.a !== null && guids.b !== null
  const before = seatsByKey(a, byGuid ? guids.a : null)
  const after = seatsByKey(b, byGuid ? guids.b : null)
  const pairs = [...before].flatMap(([key, seat]): (readonly [number, number])[] => {
    const other = after.get(key)
    return other === undefined ? [] : [[seat, other]]
  })
  const seats = {
    seatsAdded: [...after].filter(([key]) => !before.has(key)).map(([, seat]) => nameOf(b, seat)),
    seatsRemoved: [...before].filter(([key]) => !after.has(key)).map(([, seat]) => nameOf(a, seat)),
    ...changesOf(a, b, pairs),
  }
  const sections = namesOf(a.sections, b.sections)
  const categories = namesOf(a.categories, b.categories)
  const colors = new Map(a.categories.map(({ name, color }) => [name, color]))
  const lists = {
    ...seats,
    sectionsAdded: sections.added,
    sectionsRemoved: sections.removed,
    categoriesAdded: categories.added,
    categoriesRemoved: categories.removed,
    categoriesRecoloured: b.categories.flatMap(({ name, color }) =>
      (colors.get(name) ?? color) === color ? [] : [name],
    ),
  }
  return { same: Object.values(lists).every((list) => list.length === 0), ...lists }
}

/** The differences as lines for people: at most `examples` names a kind. No difference: one line that says so. */
export function describeDifferences(differences: VenueDifferences, examples = 5): string[] {
  if (differences.same) return ['The venues are the same.']
  const lines = (what: string, list: readonly string[]): string[] => {
    if (list.length === 0) return []
    const more = list.length > examples ? `, and ${list.length - examples} more` : ''
    return [`${list.length} ${what}: ${list.slice(0, examples).join('; ')}${more}`]
  }
  const d = differences
  return [
    ...lines('sections added', d.sectionsAdded),
    ...lines('sections removed', d.sectionsRemoved),
    ...lines('categories added', d.categoriesAdded),
    ...lines('categories removed', d.categoriesRemoved),
    ...lines('categories with another colour', d.categoriesRecoloured),
    ...lines('seats added', d.seatsAdded.map(inWords)),
    ...lines('seats removed', d.seatsRemoved.map(inWords)),
    ...lines(
      'seats renamed',
      d.renamed.map((seat) => `${inWords(seat.was)} is now ${inWords(seat)}`),
    ),
    ...lines(
      'seats moved',
      d.seatsMoved.map((seat) => `${inWords(seat)} by ${seat.by}`),
    ),
    ...lines(
      'seats in another category',
      d.categoryChanged.map((seat) => `${inWords(seat)} from ${seat.from} to ${seat.to}`),
    ),
    ...lines(
      'wheelchair places changed',
      d.accessibleChanged.map((seat) => `${inWords(seat)} ${seat.accessible ? 'is one' : 'is none'}`),
    ),
  ]
}

type SeatChanges = Pick<VenueDifferences, 'seatsMoved' | 'categoryChanged' | 'accessibleChanged' | 'renamed'>

function changesOf(a: Layout, b: Layout, pairs: readonly (readonly [number, number])[]): SeatChanges {
  return {
    seatsMoved: pairs.flatMap(([was, is]) => {
      const by = Math.hypot(at(b.seats.x, is) - at(a.seats.x, was), at(b.seats.y, is) - at(a.seats.y, was))
      return by > MOVED_MIN ? [{ ...nameOf(b, is), by: Math.round(by * 10) / 10 }] : []
    }),
    categoryChanged: pairs.flatMap(([was, is]) => {
      const [from, to] = [categoryOf(a, was), categoryOf(b, is)]
      return from === to ? [] : [{ ...nameOf(b, is), from, to }]
    }),
    accessibleChanged: pairs.flatMap(([was, is]) => {
      const accessible = b.seats.accessible[is] === 1
      return (a.seats.accessible[was] === 1) === accessible ? [] : [{ ...nameOf(b, is), accessible }]
    }),
    renamed: pairs.flatMap(([was, is]) => {
      const [old, now] = [nameOf(a, was), nameOf(b, is)]
      return keyOf(old) === keyOf(now) ? [] : [{ ...now, was: old }]
    }),
  }
}

function seatsByKey(layout: Layout, guids: readonly string[] | null): Map<string, number> {
  const seats = new Map<string, number>()
  const same = new Map<string, number>()
  for (let seat = 0; seat < layout.seats.x.length; seat++) {
    const key = guids?.[seat] ?? keyOf(nameOf(layout, seat))
    const nth = same.get(key) ?? 0
    same.set(key, nth + 1)
    seats.set(nth === 0 ? key : JSON.stringify([key, nth]), seat)
  }
  return seats
}

function namesOf(a: readonly { name: string }[], b: readonly { name: string }[]) {
  const [before, after] = [new Set(a.map(({ name }) => name)), new Set(b.map(({ name }) => name))]
  return {
    added: [...after].filter((name) => !before.has(name)),
    removed: [...before].filter((name) => !after.has(name)),
  }
}

function nameOf(layout: Layout, seat: number): SeatName {
  const { section, row, number }: SeatColumns = layout.seats
  return {
    section: layout.sections[section[seat] ?? 0]?.name ?? '',
    row: row[seat] ?? '',
    number: number[seat] ?? '',
  }
}

function categoryOf(layout: Layout, seat: number): string {
  return layout.categories[layout.seats.category[seat] ?? 0]?.name ?? ''
}

function keyOf({ section, row, number }: SeatName): string {
  return JSON.stringify([section, row, number])
}

function inWords({ section, row, number }: SeatName): string {
  return `${section} row ${row} seat ${number}`
}

function at(column: readonly number[], seat: number): number {
  return column[seat] ?? 0
}
