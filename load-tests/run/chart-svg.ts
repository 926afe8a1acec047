import type { Chart, ChartLine } from './chart.ts'
import { type Html, html } from './html.ts'

const SIZE = { width: 560, height: 200, left: 48, right: 8, top: 8, bottom: 24 } as const
const PLOT = { width: SIZE.width - SIZE.left - SIZE.right, height: SIZE.height - SIZE.top - SIZE.bottom } as const
/** Told apart also by people who see few colours; the legend names them in this order. Source: Okabe and Ito. */
const COLORS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#8c6bb1', '#7f7f7f'] as const
const TICKS = 4

/** Where the charts of one run end, s: one time axis for all, so that what happened at once stands at one place. */
export const lastSecondOf = (charts: readonly Chart[]): number =>
  Math.max(1, ...charts.map(({ seconds }) => seconds.at(-1) ?? 0))

/**
 * A chart as a picture inside the page, with its heading, legend and the highest value of each line. Where points were
 * merged, the highest of each are a pale line behind the means. `lastSecond`: where its time axis ends.
 */
export function chartFigure(chart: Chart, lastSecond: number): Html {
  const top = ceiling(Math.max(0, ...chart.lines.map(highestIn)))
  const x = (second: number) => SIZE.left + (second / lastSecond) * PLOT.width
  const y = (value: number) => SIZE.top + PLOT.height - (value / top) * PLOT.height
  const ticks = Array.from({ length: TICKS + 1 }, (_, tick) => tick / TICKS)
  return html`<figure>
    <figcaption>${chart.title} <small>${chart.unit}</small></figcaption>
    <svg viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img" aria-label="${chart.title}, ${chart.unit}">
      ${ticks.map(
        (part) =>
          html`<line
              class="grid"
              x1="${SIZE.left}"
              x2="${SIZE.width - SIZE.right}"
              y1="${y(part * top)}"
              y2="${y(part * top)}"
            />
            <text x="${SIZE.left - 6}" y="${y(part * top) + 4}" text-anchor="end">${shortNumber(part * top)}</text>
            <text x="${x(part * lastSecond)}" y="${SIZE.height - 6}" text-anchor="${part === 1 ? 'end' : 'middle'}"
              >${shortNumber(part * lastSecond)} s</text
            > `,
      )}${chart.lines.map(
        ({ highest }, place) =>
          highest !== undefined &&
          html`<path class="highest" d="${pathOf(chart.seconds, highest, x, y)}" stroke="${colorOf(place)}" /> `,
      )}${chart.lines.map(
        ({ values }, place) => html`<path d="${pathOf(chart.seconds, values, x, y)}" stroke="${colorOf(place)}" /> `,
      )}
    </svg>
    <ul class="legend">
      ${chart.lines.map(
        (line, place) =>
          html`<li>
            <i style="background:${colorOf(place)}"></i>${line.name}
            <small>at most ${shortNumber(highestIn(line))}</small>
          </li>`,
      )}
    </ul>
  </figure> `
}

const highestIn = ({ values, highest = values }: ChartLine): number => Math.max(...highest.map((value) => value ?? 0))

/** A line through the values; a second without a value interrupts it, a value alone is a dot. */
function pathOf(
  seconds: readonly number[],
  values: readonly (number | null)[],
  x: (second: number) => number,
  y: (value: number) => number,
): string {
  let path = ''
  let drawing = false
  for (const [place, value] of values.entries()) {
    if (value !== null) {
      const point = `${x(seconds[place] ?? 0).toFixed(1)} ${y(value).toFixed(1)}`
      path += drawing ? `L${point}` : `M${point}h.1`
    }
    drawing = value !== null
  }
  return path
}

const colorOf = (place: number): string => COLORS[place % COLORS.length] ?? COLORS[0]

/** The next of 1, 2, 4, 5, 8 times a power of ten: its quarters are short numbers. */
function ceiling(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return power * ([1, 2, 4, 5, 8, 10].find((step) => step * power >= value) ?? 10)
}

/** 12,345 as 12.3k. */
export function shortNumber(value: number): string {
  if (Math.abs(value) >= 1_000_000) return `${Number((value / 1_000_000).toPrecision(3))}M`
  if (Math.abs(value) >= 10_000) return `${Number((value / 1_000).toPrecision(3))}k`
  return String(Number(value.toPrecision(3)))
}
