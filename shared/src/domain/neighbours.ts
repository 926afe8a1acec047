import type { Point } from './layout.ts'

/** A gap of more than this many seat widths along the row is an aisle. Source: SPEC A1. */
const AISLE_IN_SEAT_WIDTHS = 1.5
/** A row may be spaced this much wider than its plan (wheelchair places) before its spacing is read as gaps. Source: a guess. */
const ROW_STRETCH_MAX = 2
/** Rows of fewer seats say nothing about their own spacing; the plan's is taken. Source: two seats have but one gap. */
const SEATS_TO_JUDGE_ROW = 3
/** A row may bend by up to 60 degrees from one seat to the next. Source: a guess above the tightest horseshoe. */
const BEND_COSINE_MIN = 0.5

export interface PlacedSeats {
  readonly x: readonly number[]
  readonly y: readonly number[]
  /** Which seats stand in one row: equal numbers, in any order, whatever is printed on them. */
  readonly row: readonly number[]
}

/**
 * The right-hand neighbour of each seat, as its guest sees it who faces `focus`, or -1 at an aisle or a row's end (SPEC A1).
 *
 * A row's seats are joined nearest first, each to at most one seat on either side and never round a sharp bend, so a row may
 * be straight, turned, curved beyond a half circle, or listed in any order. A run whose direction points at the focus itself
 * (a side box) has no right hand; it runs with growing x, then y. A closed ring is opened at one place.
 */
export function findNeighbours(seats: PlacedSeats, focus: Point): number[] {
  const rows = seatsByRow(seats.row)
  const spacings = rows.map((row) => nearestDistances(seats, row))
  const planWidth = median(spacings.flatMap((row) => medianList(row)))
  const next = Array.from<number>({ length: seats.x.length }).fill(-1)
  rows.forEach((row, index) => {
    const width = seatWidth(spacings[index] ?? [], row.length, planWidth)
    if (width > 0) orientRuns(seats, joinRow(seats, row, width * AISLE_IN_SEAT_WIDTHS), focus, next)
  })
  return next
}

function seatsByRow(rowOf: readonly number[]): number[][] {
  const rows = new Map<number, number[]>()
  rowOf.forEach((row, seat) => {
    const members = rows.get(row)
    if (members === undefined) rows.set(row, [seat])
    else members.push(seat)
  })
  return [...rows.values()]
}

/** From each seat to the nearest other of its row. Seats in one place do not count: they say nothing about a seat's width. */
function nearestDistances(seats: PlacedSeats, row: readonly number[]): number[] {
  const nearest = row.map(() => Infinity)
  forPairs(seats, row, Infinity, nearest, (a, b, distance) => {
    if (distance === 0) return
    nearest[a] = Math.min(nearest[a] ?? Infinity, distance)
    nearest[b] = Math.min(nearest[b] ?? Infinity, distance)
  })
  return nearest.filter((distance) => distance < Infinity)
}

function seatWidth(spacing: readonly number[], seatCount: number, planWidth: number): number {
  const own = median(spacing)
  return seatCount >= SEATS_TO_JUDGE_ROW && own > 0 ? Math.min(own, planWidth * ROW_STRETCH_MAX) : planWidth
}

interface Link {
  readonly a: number
  readonly b: number
  readonly distance: number
}

/** Both neighbours of each seat of one row (at most two), by seat. */
function joinRow(seats: PlacedSeats, row: readonly number[], reach: number): Map<number, number[]> {
  const links: Link[] = []
  // A hair more than the reach: coordinates are rounded.
  forPairs(seats, row, reach * 1.0001, null, (i, j, distance) => {
    if (distance > 0) links.push({ a: row[i] ?? 0, b: row[j] ?? 0, distance })
  })
  links.sort((one, other) => one.distance - other.distance || one.a - other.a || one.b - other.b)
  const joined = new Map<number, number[]>(row.map((seat) => [seat, []]))
  const run = new Map<number, number>(row.map((seat) => [seat, seat]))
  for (const { a, b } of links) {
    const [runA, runB] = [find(run, a), find(run, b)]
    if (runA === runB || !fits(seats, joined, a, b) || !fits(seats, joined, b, a)) continue
    joined.get(a)?.push(b)
    joined.get(b)?.push(a)
    run.set(runA, runB)
  }
  return joined
}

/** Whether `seat` has a free side for `other`: none taken, or the one taken lies opposite. */
function fits(
  seats: PlacedSeats,
  joined: ReadonlyMap<number, readonly number[]>,
  seat: number,
  other: number,
): boolean {
  const [taken, second] = joined.get(seat) ?? []
  if (taken === undefined) return true
  if (second !== undefined) return false
  const [ax, ay] = between(seats, seat, taken)
  const [bx, by] = between(seats, seat, other)
  return ax * bx + ay * by <= -BEND_COSINE_MIN * Math.hypot(ax, ay) * Math.hypot(bx, by)
}

/** Walks each run from one end, turns it to the right hand of those who face the focus, and writes `next`. */
function orientRuns(
  seats: PlacedSeats,
  joined: ReadonlyMap<number, readonly number[]>,
  focus: Point,
  next: number[],
): void {
  const seen = new Set<number>()
  for (const [start, sides] of joined) {
    if (sides.length !== 1 || seen.has(start)) continue
    const run = walk(joined, start)
    run.forEach((seat) => seen.add(seat))
    if (runsLeft(seats, run, focus)) run.reverse()
    for (let i = 0; i + 1 < run.length; i++) next[run[i] ?? 0] = run[i + 1] ?? -1
  }
}

function walk(joined: ReadonlyMap<number, readonly number[]>, start: number): number[] {
  const run = [start]
  let before = -1
  for (let at = start; ;) {
    const onward = (joined.get(at) ?? []).find((seat) => seat !== before)
    if (onward === undefined) return run
    run.push(onward)
    before = at
    at = onward
  }
}

function runsLeft(seats: PlacedSeats, run: readonly number[], focus: Point): boolean {
  let rightward = 0
  for (let i = 0; i + 1 < run.length; i++) {
    const a = run[i] ?? 0
    const [dx, dy] = between(seats, a, run[i + 1] ?? 0)
    const towardsX = focus[0] - ((seats.x[a] ?? 0) + dx / 2)
    const towardsY = focus[1] - ((seats.y[a] ?? 0) + dy / 2)
    // The right hand of one who faces (fx, fy), y down, is (-fy, fx).
    const length = Math.hypot(dx, dy) * Math.hypot(towardsX, towardsY)
    if (length > 0) rightward += (dy * towardsX - dx * towardsY) / length
  }
  if (Math.abs(rightward) > 0.02 * run.length) return rightward < 0
  const [dx, dy] = between(seats, run[0] ?? 0, run.at(-1) ?? 0)
  return dx < 0 || (dx === 0 && dy < 0)
}

/**
 * Calls back for the pairs of `row` (by place in it) at most `reach` apart. With `best`, also skips pairs farther apart
 * than what both already have. Sorted along the longer side, so a row costs little more than its length.
 */
function forPairs(
  seats: PlacedSeats,
  row: readonly number[],
  reach: number,
  best: readonly number[] | null,
  found: (i: number, j: number, distance: number) => void,
): void {
  const xs = row.map((seat) => seats.x[seat] ?? 0)
  const ys = row.map((seat) => seats.y[seat] ?? 0)
  const major = spread(xs) >= spread(ys) ? xs : ys
  const order = row.map((_, i) => i).toSorted((i, j) => (major[i] ?? 0) - (major[j] ?? 0) || i - j)
  for (let p = 0; p < order.length; p++) {
    const i = order[p] ?? 0
    for (let q = p + 1; q < order.length; q++) {
      const j = order[q] ?? 0
      const apart = (major[j] ?? 0) - (major[i] ?? 0)
      if (apart > reach || (best !== null && apart > (best[i] ?? 0) && q > p + 1)) break
      const distance = Math.hypot((xs[i] ?? 0) - (xs[j] ?? 0), (ys[i] ?? 0) - (ys[j] ?? 0))
      if (distance <= reach) found(i, j, distance)
    }
  }
}

function between(seats: PlacedSeats, from: number, to: number): readonly [number, number] {
  return [(seats.x[to] ?? 0) - (seats.x[from] ?? 0), (seats.y[to] ?? 0) - (seats.y[from] ?? 0)]
}

function find(run: Map<number, number>, seat: number): number {
  let root = seat
  for (let up = run.get(root) ?? root; up !== root; up = run.get(root) ?? root) root = up
  for (let at = seat; at !== root;) {
    const up = run.get(at) ?? root
    run.set(at, root)
    at = up
  }
  return root
}

function medianList(values: readonly number[]): number[] {
  return values.length === 0 ? [] : [median(values)]
}

/** The middle value, the lower one of two; 0 of none. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? 0
}

function spread(values: readonly number[]): number {
  let [low, high] = [Infinity, -Infinity]
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return high - low
}
