import { type Faults, inside, type Place, ROOT } from '../faults.ts'
import type { Layout, LayoutSection, Point } from '../layout.ts'
import { SEATS_PER_LAYOUT_MAX } from '../limits.ts'
import { findNeighbours } from '../neighbours.ts'
import { toTenth } from '../outline.ts'
import { focusOfStage, middleOf } from '../stage-focus.ts'
import { ROWS_PER_VENUE_MAX, SECTIONS_MAX } from '../venue-limits.ts'
import { checkOverlaps } from './overlaps.ts'
import { type PlacedRow, placeSection } from './place-section.ts'
import { selects } from './read-selection.ts'
import type { SectionFrame } from './row-line.ts'
import { framesOf, sectionsMade } from './row-lines.ts'
import { sectionOutline } from './section-outline.ts'
import type { SectionSpec, Selection, VenueSpec } from './venue-spec.ts'

/** Places every seat of a spec; the same spec gives the same layout. Faults (no room, overlaps) are added; then undefined. */
export function expandVenue(faults: Faults, spec: VenueSpec): Layout | undefined {
  const growing = newGrowing()
  if (!isOfBoundedSize(faults, spec)) return undefined
  for (const section of spec.sections) addSections(faults, growing, section)
  if (faults.count > 0) return undefined
  const layout = layoutOf(spec, growing)
  checkOverlaps(faults, layout, (section) => growing.places[section] ?? ROOT)
  return faults.count > 0 ? undefined : layout
}

/** Counts sections and rows before any is made: a short file can ask for very many. */
function isOfBoundedSize(faults: Faults, spec: VenueSpec): boolean {
  let [sections, rows] = [0, 0]
  for (const section of spec.sections) {
    const made = sectionsMade(section)
    sections += made
    rows += made * section.rows.depths.length * (section.rows.boxes?.count ?? 1)
  }
  const where = inside(ROOT, 'sections')
  if (sections > SECTIONS_MAX) faults.add(where, `more than ${SECTIONS_MAX} sections: ${sections}`)
  if (rows > ROWS_PER_VENUE_MAX) faults.add(where, `more than ${ROWS_PER_VENUE_MAX} rows: ${rows}`)
  return faults.count === 0
}

/** The columns of a layout while seats are added. */
interface Growing {
  readonly sections: LayoutSection[]
  /** Which entry of the spec made each section. */
  readonly places: Place[]
  readonly names: Set<string>
  readonly section: number[]
  readonly row: string[]
  readonly number: string[]
  readonly x: number[]
  readonly y: number[]
  readonly category: number[]
  readonly accessible: (0 | 1)[]
  /** Seats of one section and label are one row to neighbours, as they are to those who read their tickets. */
  readonly rowOf: number[]
}

function newGrowing(): Growing {
  const columns = { section: [], row: [], number: [], x: [], y: [], category: [], accessible: [], rowOf: [] }
  return { sections: [], places: [], names: new Set(), ...columns }
}

/** The sections of one entry, up to the first that is at fault: the others would say the same. */
function addSections(faults: Faults, to: Growing, section: SectionSpec): void {
  const used = new Set<Selection>()
  const before = faults.count
  for (const frame of framesOf(section)) {
    addSection(faults, to, section, frame, used)
    if (faults.count > before) return
  }
  for (const selection of [...section.categories, ...section.accessible, ...section.missing]) {
    if (!used.has(selection)) faults.add(selection.place, 'matches no seat')
  }
}

function addSection(
  faults: Faults,
  to: Growing,
  section: SectionSpec,
  frame: SectionFrame,
  used: Set<Selection>,
): void {
  if (to.names.has(frame.name))
    faults.add(inside(section.place, 'name'), `another section is also called "${frame.name}"`)
  to.names.add(frame.name)
  const rows = placeSection(faults, section, frame, SEATS_PER_LAYOUT_MAX - to.x.length)
  if (rows === undefined) return
  const before = to.x.length
  const id = to.sections.length
  const firstRow = (to.rowOf.at(-1) ?? -1) + 1
  for (const row of rows) addRow(to, section, row, id, firstRow, used)
  if (to.x.length === before) {
    faults.add(section.place, `"${frame.name}" has no seat`)
    return
  }
  const outline = sectionOutline(frame, rows, section.rows.pitch, section.position.kind === 'ring')
  to.sections.push({ id, name: frame.name, outline })
  to.places.push(section.place)
}

function addRow(
  to: Growing,
  section: SectionSpec,
  { label, line, seats }: PlacedRow,
  id: number,
  firstRow: number,
  used: Set<Selection>,
): void {
  for (const { s, number } of seats) {
    if (lastMatch(section.missing, label, number, used) !== undefined) continue
    const [x, y] = line.at(s)
    to.section.push(id)
    to.row.push(section.rows.labels[label] ?? '')
    to.number.push(String(number))
    to.x.push(toTenth(x))
    to.y.push(toTenth(y))
    to.category.push(lastMatch(section.categories, label, number, used)?.category ?? section.category)
    to.accessible.push(lastMatch(section.accessible, label, number, used) === undefined ? 0 : 1)
    to.rowOf.push(firstRow + label)
  }
}

/** A later entry wins over an earlier one; all that match count as used. */
function lastMatch<Entry extends Selection>(
  entries: readonly Entry[],
  row: number,
  number: number,
  used: Set<Selection>,
): Entry | undefined {
  let last: Entry | undefined
  for (const entry of entries) {
    if (!selects(entry, row, number)) continue
    used.add(entry)
    last = entry
  }
  return last
}

function layoutOf(spec: VenueSpec, { section, row, number, x, y, category, accessible, ...more }: Growing): Layout {
  const audience = middleOf(x.map((at, seat): Point => [at, y[seat] ?? 0]))
  const stage = spec.shapes.find((shape) => shape.kind !== 'text' && shape.stage === true)
  const focus = spec.focus ?? (stage === undefined ? ([0, 0] as const) : focusOfStage(stage, audience))
  const next = findNeighbours({ x, y, row: more.rowOf }, focus)
  return {
    name: spec.name,
    unit: 'cm',
    seatSize: spec.seatSize,
    focus,
    sections: more.sections,
    categories: spec.categories.map(({ name, color }, id) => ({ id, name, color })),
    seats: { section, row, number, x, y, category, accessible, next },
    shapes: spec.shapes,
    ...(spec.names && { names: spec.names }),
  }
}
