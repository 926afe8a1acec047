import { hexColor, paletteColor } from '../colour.ts'
import type { Layout, LayoutCategory, LayoutSection, Point, Shape } from '../layout.ts'
import { findNeighbours, median } from '../neighbours.ts'
import { isInside, outlineAround, toTenth } from '../outline.ts'
import { focusOfStage, greatest, least, middleOf } from '../stage-focus.ts'
import type { PretixPlan, PretixZone } from './pretix-plan.ts'
import { isAccessibleName, isStageName, printedAs } from './pretix-words.ts'
import { toHundredth } from './read-pretix-area.ts'
import { OUTLINE_MARK, readMark, type SeatcastMark, STAGE_MARK } from './seatcast-mark.ts'

export interface PretixLayout {
  readonly layout: Layout
  /** `seat_guid` by seat index. */
  readonly guids: readonly string[]
  /** What the plan does not say and was guessed: `CODE: a sentence`. */
  readonly guesses: readonly string[]
}

/** A layout of a plan: one section a zone that has seats, indexes in the plan's order of zones, rows and seats. */
export function planToLayout(plan: PretixPlan): PretixLayout {
  const mark = plan.zones.map((zone) => readMark(zone.uuid)).find((found) => found !== null) ?? null
  const guesses: string[] = []
  const seats = collectSeats(plan, mark, guesses)
  const shapes = collectShapes(plan, mark, guesses)
  const focus = mark?.focus ?? guessFocus(plan, seats, guesses)
  const next = findNeighbours({ x: seats.x, y: seats.y, row: seats.rowOf }, focus)
  const seatSize = mark?.seatSize ?? guessSeatSize(seats, next, guesses)
  const { section, row, number, x, y, category, accessible } = seats
  const layout: Layout = {
    name: plan.name,
    unit: mark?.unit ?? 'px',
    seatSize,
    focus,
    sections: sectionsOf(seats, seatSize, mark, guesses),
    categories: categoriesOf(plan, mark, guesses),
    seats: { section, row, number, x, y, category, accessible, next },
    shapes,
    ...(mark?.names && { names: mark.names }),
  }
  return { layout, guids: seats.guids, guesses }
}

interface CollectedSeats {
  /** The zones that have seats, in order: the sections. */
  readonly zones: PretixZone[]
  readonly guids: string[]
  readonly section: number[]
  readonly row: string[]
  readonly number: string[]
  readonly x: number[]
  readonly y: number[]
  readonly category: number[]
  readonly accessible: (0 | 1)[]
  /** The plan's row each seat stands in. */
  readonly rowOf: number[]
  readonly radius: number[]
}

function collectSeats(plan: PretixPlan, mark: SeatcastMark | null, guesses: string[]): CollectedSeats {
  const seats: CollectedSeats = {
    zones: plan.zones.filter((zone) => zone.rows.some((row) => row.seats.length > 0)),
    guids: [],
    section: [],
    row: [],
    number: [],
    x: [],
    y: [],
    category: [],
    accessible: [],
    rowOf: [],
    radius: [],
  }
  const [ox, oy] = mark?.origin ?? [0, 0]
  const own = ownCategories(plan, mark)
  const accessible = plan.categories.map(({ name }, i) => (mark === null ? isAccessibleName(name) : own.has(i)))
  let rowCount = 0
  seats.zones.forEach((zone, section) => {
    for (const row of zone.rows) {
      const printed = printedAs(row.number, row.label)
      for (const seat of row.seats) {
        seats.guids.push(seat.guid)
        seats.section.push(section)
        seats.row.push(printed)
        seats.number.push(printedAs(seat.number, row.seatLabel))
        seats.x.push(toHundredth(seat.x - ox))
        seats.y.push(toHundredth(seat.y - oy))
        seats.category.push(own.get(seat.category) ?? seat.category)
        seats.accessible.push(accessible[seat.category] === true ? 1 : 0)
        seats.rowOf.push(rowCount)
        seats.radius.push(seat.radius)
      }
      rowCount += 1
    }
  })
  if (mark === null) reportAccessible(plan, accessible, seats, guesses)
  return seats
}

function reportAccessible(plan: PretixPlan, accessible: boolean[], seats: CollectedSeats, guesses: string[]): void {
  const names = plan.categories.filter((_, i) => accessible[i]).map(({ name }) => `"${name}"`)
  const count = seats.accessible.reduce<number>((sum, one) => sum + one, 0)
  if (names.length > 0)
    guesses.push(`ACCESSIBLE_FROM_CATEGORY: ${count} seats are wheelchair places, by the name of ${names.join(', ')}.`)
}

/** Categories that the writer made for accessible seats, and the category each belongs to. */
function ownCategories(plan: PretixPlan, mark: SeatcastMark | null): Map<number, number> {
  const known = (index: number) => Number.isInteger(index) && index >= 0 && index < plan.categories.length
  const pairs = mark?.accessible ?? []
  return new Map(pairs.filter(([made, belongs]) => known(made) && known(belongs) && belongs < firstMade(pairs)))
}

function firstMade(pairs: SeatcastMark['accessible']): number {
  return least(pairs.map(([made]) => made))
}

function categoriesOf(plan: PretixPlan, mark: SeatcastMark | null, guesses: string[]): LayoutCategory[] {
  const made = ownCategories(plan, mark)
  const kept = plan.categories.slice(0, made.size === 0 ? undefined : least([...made.keys()]))
  const colourless: string[] = []
  const categories = kept.map(({ name, color }, id) => {
    const own = color === null ? undefined : hexColor(color)
    if (own === undefined) colourless.push(`"${name}"`)
    return { id, name, color: own ?? paletteColor(id) }
  })
  if (colourless.length > 0) guesses.push(`COLOR_CHOSEN: ${colourless.join(', ')} had no usable colour and got one.`)
  return categories
}

function collectShapes(plan: PretixPlan, mark: SeatcastMark | null, guesses: string[]): Shape[] {
  const areas = plan.zones.flatMap((zone) => zone.areas).filter((area) => area.uuid !== OUTLINE_MARK)
  const unknown = areas.filter((area) => area.unknownShape).length
  if (unknown > 0)
    guesses.push(`AREA_NOT_DRAWN: ${unknown} areas have a shape that is not known here and are not drawn.`)
  return areas.flatMap((area) => {
    const stage = mark === null ? isStageName(area.text ?? '') : (area.uuid ?? '').startsWith(STAGE_MARK)
    return area.shapes.map((shape) => {
      const moved = moveShape(shape, mark?.origin ?? [0, 0])
      return stage && moved.kind !== 'text' ? { ...moved, stage } : moved
    })
  })
}

function moveShape(shape: Shape, [ox, oy]: Point): Shape {
  if (shape.kind !== 'polygon') return { ...shape, x: toHundredth(shape.x - ox), y: toHundredth(shape.y - oy) }
  return { ...shape, points: shape.points.map(([x, y]): Point => [toHundredth(x - ox), toHundredth(y - oy)]) }
}

function guessFocus(plan: PretixPlan, seats: CollectedSeats, guesses: string[]): Point {
  const audience = middleOf(seats.x.map((x, i): Point => [x, seats.y[i] ?? 0]))
  for (const area of plan.zones.flatMap((zone) => zone.areas)) {
    const [shape] = area.shapes
    if (area.text === null || shape === undefined || !isStageName(area.text)) continue
    const focus = focusOfStage(shape, audience)
    guesses.push(`FOCUS_FROM_STAGE: people look at (${focus.join(', ')}), the front of the area "${area.text}".`)
    return focus
  }
  const focus: Point = [toTenth((least(seats.x) + greatest(seats.x)) / 2), toTenth(least(seats.y))]
  guesses.push(
    `FOCUS_FRONT_CENTRE: no area is named a stage; people look at (${focus.join(', ')}), the plan's top middle.`,
  )
  return focus
}

function guessSeatSize(seats: CollectedSeats, next: readonly number[], guesses: string[]): number {
  const drawn = 2 * median(seats.radius)
  const gaps = next.flatMap((right, seat) =>
    right < 0
      ? []
      : [Math.hypot((seats.x[right] ?? 0) - (seats.x[seat] ?? 0), (seats.y[right] ?? 0) - (seats.y[seat] ?? 0))],
  )
  const spacing = median(gaps)
  if (spacing === 0 || drawn <= spacing) return drawn
  const size = Math.max(0.1, toTenth(spacing * 0.9))
  guesses.push(
    `SEAT_SIZE_FROM_SPACING: seats are ${drawn} wide but ${spacing.toFixed(1)} apart; they are drawn ${size} wide.`,
  )
  return size
}

function sectionsOf(
  seats: CollectedSeats,
  seatSize: number,
  mark: SeatcastMark | null,
  guesses: string[],
): LayoutSection[] {
  const points = seats.zones.map((): Point[] => [])
  seats.section.forEach((section, seat) => points[section]?.push([seats.x[seat] ?? 0, seats.y[seat] ?? 0]))
  return seats.zones.map((zone, id) => {
    const named = (zone.name ?? '').trim() !== ''
    const name = named ? (zone.name ?? '') : `Section ${id + 1}`
    if (!named) guesses.push(`SECTION_NAMED: a zone has no name and is called "${name}".`)
    const own = points[id] ?? []
    const drawn = mark === null ? null : writtenOutline(zone, mark.origin, own)
    return { id, name, outline: drawn ?? outlineAround(own, seatSize) }
  })
}

/** The outline that Seatcast wrote, unless seats were moved out of it since. */
function writtenOutline(zone: PretixZone, origin: Point, points: readonly Point[]): readonly Point[] | null {
  const shape = zone.areas.find((area) => area.uuid === OUTLINE_MARK)?.shapes[0]
  if (shape?.kind !== 'polygon') return null
  const moved = moveShape(shape, origin)
  return moved.kind === 'polygon' && points.every((point) => isInside(point, moved.points)) ? moved.points : null
}
