import { Container, Graphics } from 'pixi.js'
import { clamp, overlaps, planPoint, type Box, type View } from './camera.ts'
import type { Detail } from './level-of-detail.ts'
import { mix, parseColor, sectionShade, toNumber, type Rgb, type Theme } from './palette.ts'
import { labelWidth, sectionAt, type SectionGeometry } from './section-geometry.ts'
import { placeLabels, type LabelCandidate, type PlacedLabel } from './section-label.ts'
import type { MapFont, PlacedText, TextPool } from './text-pool.ts'

/** A name beyond its section's edge, and its distance from it, CSS px. */
const NAME_PX = 12
const NAME_GAP_PX = 5
/** Border of a section, CSS px. */
const BORDER_PX = 1.25

export interface SectionLook {
  readonly theme: Theme
  readonly zoneColors: readonly string[]
  readonly filter: ReadonlySet<number> | null
}

/** Sections: shaded by how much is free and labelled from afar, plain floor under their seats near by. */
export class SectionLayer {
  readonly container = new Container()
  private readonly sections: readonly SectionGeometry[]
  private readonly names: readonly string[]
  private readonly font: MapFont
  private readonly fills: readonly Graphics[]
  private readonly borders = new Graphics()
  private look: SectionLook
  private shades: Rgb[] = []
  private counts: string[] = []
  private available: readonly number[] = []
  private capacity: readonly number[]
  private borderScale = 0
  private labels: readonly PlacedLabel[] = []
  private labelScale = 0
  private tintedAt = -1

  constructor(sections: readonly SectionGeometry[], names: readonly string[], font: MapFont, look: SectionLook) {
    this.sections = sections
    this.names = names
    this.font = font
    this.look = look
    this.capacity = sections.map((section) => section.seatCount)
    this.fills = sections.map((section) => new Graphics().poly(section.outline.flat()).fill(0xffffff))
    this.container.addChild(...this.fills, this.borders)
    this.restyle(look)
  }

  restyle(look: SectionLook): void {
    this.look = look
    this.borderScale = 0
    this.reshade()
  }

  setFacts(available: readonly number[], capacity?: readonly number[]): void {
    this.available = available
    if (capacity) this.capacity = capacity
    this.counts = available.map((count) => count.toLocaleString('en').replaceAll(',', ' '))
    this.reshade()
  }

  update(view: View, detail: Detail): void {
    this.drawBorders(view.k)
    if (this.tintedAt === detail.seats) return
    this.tintedAt = detail.seats
    const floor = parseColor(this.look.theme.floor)
    this.fills.forEach((fill, index) => {
      fill.tint = toNumber(mix(this.shades[index] ?? floor, floor, detail.seats))
    })
  }

  /** Labels of the sections in view, for as long as they stand for their seats. */
  showLabels(pool: TextPool, view: View, visible: Box, detail: Detail): void {
    pool.container.alpha = detail.sections
    pool.container.visible = detail.sections > 0
    if (detail.sections === 0) return
    if (this.labelScale !== view.k) this.labels = this.chooseLabels(view.k)
    this.labelScale = view.k
    const texts: PlacedText[] = []
    const color = toNumber(parseColor(this.look.theme.text))
    for (const { section, lines, angle } of this.labels) {
      const box = this.sections[section]?.box
      if (!box || !overlaps(box, visible)) continue
      for (const { text, x, y, sizePx } of lines) {
        texts.push({ text, x: x + view.x, y: y + view.y, sizePx, color, angle })
      }
    }
    pool.show(texts)
  }

  /** Labels of all sections at a scale, places without the camera's offset: a pan chooses none anew. */
  private chooseLabels(scale: number): PlacedLabel[] {
    const candidates = this.sections.map((geometry, section): LabelCandidate => ({
      section,
      name: this.names[section] ?? '',
      count: this.counts[section] ?? '',
      x: geometry.anchor[0] * scale,
      y: geometry.anchor[1] * scale,
      height: geometry.labelHeight * scale,
      widthFor: (height) => labelWidth(geometry, height / scale) * scale,
      turned: {
        x: geometry.turned.anchor[0] * scale,
        y: geometry.turned.anchor[1] * scale,
        angle: geometry.turned.angle,
        height: geometry.turned.labelHeight * scale,
        widthFor: (height) => labelWidth({ ...geometry.turned, anchor: [0, 0] }, height / scale) * scale,
      },
      weight: geometry.seatCount,
    }))
    return placeLabels(candidates, this.font.measure)
  }

  /**
   * Names beyond the sections' outer edges while their seats are drawn; none where another section lies. Answers with the
   * sections whose names are in view.
   */
  showNames(pool: TextPool, view: View, visible: Box, detail: Detail): ReadonlySet<number> {
    const named = new Set<number>()
    pool.container.alpha = detail.seats
    pool.container.visible = detail.seats > 0
    if (detail.seats === 0) return named
    const bottom = visible.maxY * view.k + view.y
    const right = visible.maxX * view.k + view.x
    const color = toNumber(parseColor(this.look.theme.mutedText))
    const texts: PlacedText[] = []
    this.sections.forEach(({ box, edge, outward }, section) => {
      const text = this.names[section] ?? ''
      if (text === '' || !overlaps(box, visible)) return
      const half = this.font.measure(text, NAME_PX) / 2
      const beyondPx = Math.abs(outward[0]) * half + Math.abs(outward[1]) * (NAME_PX / 2) + NAME_GAP_PX
      const beyondX = edge[0] * view.k + view.x + outward[0] * beyondPx
      const beyondY = edge[1] * view.k + view.y + outward[1] * beyondPx
      // The last bit to the view's edge: with the whole hall in view there is no more room beyond it.
      const x = near(beyondX, half + 2, right - half - 2, NAME_PX + half)
      const y = near(beyondY, NAME_PX / 2 + 2, bottom - NAME_PX / 2 - 2, 2 * NAME_PX)
      if (x === null || y === null) return
      const free = [-half, 0, half].every((shift) => {
        const place = planPoint(view, x + shift, y)
        return sectionAt(this.sections, place[0], place[1]) === null
      })
      if (!free) return
      named.add(section)
      texts.push({ text, x, y, sizePx: NAME_PX, color })
    })
    pool.show(texts)
    return named
  }

  private reshade(): void {
    const { theme, zoneColors, filter } = this.look
    this.tintedAt = -1
    this.labelScale = 0
    this.shades = this.sections.map(({ zone }, index) => {
      const capacity = this.capacity[index] ?? 0
      const free = this.available[index] ?? capacity
      const shade = sectionShade(theme, zoneColors[zone], capacity > 0 ? free / capacity : 0)
      return filter === null || filter.has(zone) ? shade : mix(shade, parseColor(theme.floor), 0.75)
    })
  }

  /** Strokes have plan units, so they are drawn anew whenever the scale left the one they were drawn for. */
  private drawBorders(scale: number): void {
    const ratio = this.borderScale / scale
    if (ratio > 0.75 && ratio < 1.34) return
    this.borderScale = scale
    this.borders.clear()
    for (const section of this.sections) this.borders.poly(section.outline.flat())
    this.borders.stroke({ width: BORDER_PX / scale, color: this.look.theme.border, join: 'round' })
  }
}

/** A place inside of bounds, moved by at most `reach` to get there; null: too far out. */
function near(place: number, min: number, max: number, reach: number): number | null {
  const moved = clamp(place, min, max)
  return Math.abs(moved - place) <= reach ? moved : null
}
