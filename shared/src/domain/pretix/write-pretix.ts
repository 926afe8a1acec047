import type { Layout, Point, SeatColumns, Shape } from '../layout.ts'
import { greatest, least } from '../stage-focus.ts'
import { toHundredth } from './read-pretix-area.ts'
import { OUTLINE_MARK, STAGE_MARK, writeMark } from './seatcast-mark.ts'

/** Free space around the drawing, in seats. Source: a guess. */
const MARGIN_SEATS = 4

/**
 * A layout as a pretix plan: one zone a section, with its decoration in a last zone. Reading it again gives an equal layout
 * when the seats of a section, and of a row, follow each other, as those of a venue spec do.
 */
export function writePretixPlan(layout: Layout): PretixPlanJson {
  const box = boundsOf(layout)
  const margin = Math.ceil(layout.seatSize * MARGIN_SEATS)
  const origin: Point = [Math.ceil(margin - box.left), Math.ceil(margin - box.top)]
  const categories = writeCategories(layout)
  const mark = {
    unit: layout.unit,
    seatSize: layout.seatSize,
    focus: layout.focus,
    origin,
    accessible: categories.pairs,
    names: layout.names,
  }
  return {
    name: layout.name,
    size: { width: Math.ceil(box.right + origin[0] + margin), height: Math.ceil(box.bottom + origin[1] + margin) },
    categories: categories.written,
    zones: [
      ...writeZones(layout, origin, categories.names),
      {
        name: 'Decoration',
        uuid: writeMark(mark),
        position: { x: origin[0], y: origin[1] },
        rows: [],
        areas: layout.shapes.map((shape, i) => writeShape(shape, i)),
      },
    ],
  }
}

export interface PretixPlanJson {
  readonly name: string
  readonly size: { readonly width: number; readonly height: number }
  readonly categories: readonly { readonly name: string; readonly color: string }[]
  readonly zones: readonly ZoneJson[]
}

interface ZoneJson {
  readonly name: string
  readonly uuid: string
  readonly position: XY
  readonly rows: readonly RowJson[]
  readonly areas: readonly AreaJson[]
}

interface RowJson {
  readonly row_number: string
  readonly row_number_position: 'both'
  readonly uuid: string
  readonly position: XY
  readonly seats: SeatJson[]
}

interface SeatJson {
  readonly seat_guid: string
  readonly seat_number: string
  readonly position: XY
  readonly category: string
  readonly radius: number
}

interface AreaJson {
  readonly shape: 'polygon' | 'ellipse' | 'text'
  readonly uuid: string
  readonly position: XY
  readonly rotation: number
  readonly color?: string
  readonly border_color?: string
  readonly polygon?: { readonly points: readonly XY[] }
  readonly ellipse?: { readonly radius: XY }
  readonly text?: { readonly text: string; readonly position: XY; readonly size: number; readonly color?: string }
}

interface XY {
  readonly x: number
  readonly y: number
}

interface WrittenCategories {
  readonly written: PretixPlanJson['categories']
  /** Name of a seat's category: by category for ordinary seats, then for accessible ones. */
  readonly names: readonly [ordinary: readonly string[], accessible: readonly string[]]
  readonly pairs: readonly (readonly [number, number])[]
}

/** Pretix tells wheelchair places by their category, so each category that has some gets a second one. */
function writeCategories(layout: Layout): WrittenCategories {
  const taken = new Set<string>()
  const written = layout.categories.map(({ name, color }) => ({ name: unused(name, taken), color }))
  const ordinary = written.map(({ name }) => name)
  const accessible = [...ordinary]
  const pairs: (readonly [number, number])[] = []
  const withPlaces = new Set(layout.seats.category.filter((_, seat) => layout.seats.accessible[seat] === 1))
  for (const { id, color } of layout.categories) {
    if (!withPlaces.has(id)) continue
    const name = unused(`${ordinary[id] ?? ''} (wheelchair)`, taken)
    accessible[id] = name
    pairs.push([written.length, id])
    written.push({ name, color })
  }
  return { written, names: [ordinary, accessible], pairs }
}

function unused(name: string, taken: Set<string>): string {
  let free = name
  for (let n = 2; taken.has(free); n++) free = `${name} ${n}`
  taken.add(free)
  return free
}

function writeZones(layout: Layout, origin: Point, names: WrittenCategories['names']): ZoneJson[] {
  const guids = new Set<string>()
  const rows = layout.sections.map((): RowJson[] => [])
  const radius = Math.max(1, Math.round(layout.seatSize / 2))
  for (let seat = 0; seat < layout.seats.x.length; seat++) {
    const section = layout.seats.section[seat] ?? 0
    const row = rowFor(rows[section] ?? [], layout.seats, seat, section)
    const kind = names[layout.seats.accessible[seat] ?? 0] ?? names[0]
    row.seats.push({
      seat_guid: guidOf(layout, seat, guids),
      seat_number: layout.seats.number[seat] ?? '',
      position: {
        x: toHundredth((layout.seats.x[seat] ?? 0) - row.position.x),
        y: toHundredth((layout.seats.y[seat] ?? 0) - row.position.y),
      },
      category: kind[layout.seats.category[seat] ?? 0] ?? '',
      radius,
    })
  }
  return layout.sections.map(({ id, name, outline }) => ({
    name,
    uuid: `seatcast:section:${id}`,
    position: { x: origin[0], y: origin[1] },
    rows: rows[id] ?? [],
    areas: [
      { shape: 'polygon', uuid: OUTLINE_MARK, position: ZERO, rotation: 0, polygon: { points: outline.map(toXY) } },
    ],
  }))
}

/** The section's last row while the printed row stays the same, else a new one that lies where its first seat lies. */
function rowFor(rows: RowJson[], seats: SeatColumns, seat: number, section: number): RowJson {
  const label = seats.row[seat] ?? ''
  const last = rows.at(-1)
  if (last?.row_number === label) return last
  const row: RowJson = {
    row_number: label,
    row_number_position: 'both',
    uuid: `seatcast:row:${section}:${rows.length}`,
    position: { x: seats.x[seat] ?? 0, y: seats.y[seat] ?? 0 },
    seats: [],
  }
  rows.push(row)
  return row
}

/** "Stalls-A-12"; with the seat's index when that is taken or too long. The same layout gives the same ids. */
function guidOf(layout: Layout, seat: number, taken: Set<string>): string {
  const { section, row, number } = layout.seats
  const name = `${layout.sections[section[seat] ?? 0]?.name ?? ''}-${row[seat] ?? ''}-${number[seat] ?? ''}`
  const plain = name.length > 180 || taken.has(name) ? `${name.slice(0, 180)} #${seat}` : name
  return unused(plain, taken)
}

function writeShape(shape: Shape, index: number): AreaJson {
  const uuid = `${shape.kind !== 'text' && shape.stage === true ? STAGE_MARK : 'seatcast:shape'}:${index}`
  if (shape.kind === 'polygon') {
    return {
      shape: 'polygon',
      uuid,
      position: ZERO,
      rotation: 0,
      ...paint(shape),
      polygon: { points: shape.points.map(toXY) },
    }
  }
  const placed = { uuid, position: { x: shape.x, y: shape.y }, rotation: shape.rotation ?? 0 }
  if (shape.kind === 'ellipse')
    return { shape: 'ellipse', ...placed, ...paint(shape), ellipse: { radius: { x: shape.rx, y: shape.ry } } }
  const color = shape.color === undefined ? {} : { color: shape.color }
  return { shape: 'text', ...placed, text: { text: shape.text, position: ZERO, size: shape.size, ...color } }
}

const ZERO: XY = { x: 0, y: 0 }

function toXY([x, y]: Point): XY {
  return { x, y }
}

function paint(shape: { readonly fill?: string; readonly stroke?: string }): Pick<AreaJson, 'color' | 'border_color'> {
  return {
    ...(shape.fill === undefined ? {} : { color: shape.fill }),
    ...(shape.stroke === undefined ? {} : { border_color: shape.stroke }),
  }
}

function boundsOf(layout: Layout): { left: number; top: number; right: number; bottom: number } {
  const corners = layout.shapes.flatMap((shape): readonly Point[] => {
    if (shape.kind === 'polygon') return shape.points
    if (shape.kind === 'text') return [[shape.x, shape.y]]
    const reach = Math.max(shape.rx, shape.ry)
    return [
      [shape.x - reach, shape.y - reach],
      [shape.x + reach, shape.y + reach],
    ]
  })
  const outlines = layout.sections.flatMap((section) => section.outline)
  const xs = [...layout.seats.x, ...outlines.map(([x]) => x), ...corners.map(([x]) => x)]
  const ys = [...layout.seats.y, ...outlines.map(([, y]) => y), ...corners.map(([, y]) => y)]
  return { left: least(xs), top: least(ys), right: greatest(xs), bottom: greatest(ys) }
}
