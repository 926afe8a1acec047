/** What is drawn over time, and kept in the JSON result. */
export interface Chart {
  readonly name: string
  /** What it shows, for the heading. */
  readonly title: string
  readonly unit: string
  /** Since the run's start, s; one a point. */
  readonly seconds: readonly number[]
  /** A null is a second without a value. */
  readonly lines: readonly ChartLine[]
}

export interface ChartLine {
  readonly name: string
  readonly values: readonly (number | null)[]
}

/** Points that a chart keeps: more than a screen shows. A longer run's are merged. */
const POINTS_MAX = 600

/** Collects points as they come; a line may join later. */
export class ChartData {
  readonly #lines = new Map<string, Map<number, number>>()
  readonly #seconds: number[] = []
  readonly name: string
  readonly title: string
  readonly unit: string

  constructor(name: string, title: string, unit: string) {
    this.name = name
    this.title = title
    this.unit = unit
  }

  add(second: number, values: Readonly<Record<string, number | undefined>>): void {
    this.#seconds.push(second)
    for (const [line, value] of Object.entries(values)) {
      if (value === undefined) continue
      const points = this.#lines.get(line) ?? new Map<number, number>()
      points.set(this.#seconds.length - 1, value)
      this.#lines.set(line, points)
    }
  }

  /** Null when nothing was ever measured. */
  chart(): Chart | null {
    if (this.#lines.size === 0) return null
    const { name, title, unit } = this
    const every = Math.ceil(this.#seconds.length / POINTS_MAX)
    const groups = Math.ceil(this.#seconds.length / every)
    const places = Array.from({ length: groups }, (_, group) => group * every)
    return {
      name,
      title,
      unit,
      seconds: places.map((place) => round(this.#seconds[place] ?? 0, 2)),
      lines: [...this.#lines].map(([line, points]) => ({
        name: line,
        values: places.map((place) => largest(points, place, place + every)),
      })),
    }
  }
}

/** Of merged points the largest is kept: a spike must not vanish. */
function largest(points: ReadonlyMap<number, number>, from: number, to: number): number | null {
  let found: number | null = null
  for (let place = from; place < to; place += 1) {
    const value = points.get(place)
    if (value !== undefined && (found === null || value > found)) found = value
  }
  return found === null ? null : round(found, 3)
}

export const round = (value: number, digits: number): number => Number(value.toFixed(digits))
