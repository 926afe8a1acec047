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
  /** Of merged points the mean: so a long run's figures are those of a short one. */
  readonly values: readonly (number | null)[]
  /** Of merged points the highest, that a spike does not vanish; absent where none were merged. */
  readonly highest?: readonly (number | null)[]
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
      lines: [...this.#lines].map(([line, points]) => {
        const merged = places.map((place) => valuesIn(points, place, place + every))
        const values = merged.map((group) => valueOf(group, meanOf))
        return { name: line, values, ...(every > 1 && { highest: merged.map((group) => valueOf(group, highestOf)) }) }
      }),
    }
  }
}

function valuesIn(points: ReadonlyMap<number, number>, from: number, to: number): number[] {
  const places = Array.from({ length: to - from }, (_, place) => from + place)
  return places.flatMap((place) => points.get(place) ?? [])
}

const valueOf = (group: readonly number[], merge: (values: readonly number[]) => number): number | null =>
  group.length === 0 ? null : round(merge(group), 3)

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
const highestOf = (values: readonly number[]): number => Math.max(...values)

export const round = (value: number, digits: number): number => Number(value.toFixed(digits))
