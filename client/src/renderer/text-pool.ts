import { BitmapFont, BitmapText, Container } from 'pixi.js'

/** Text shown at once; what is beyond it is left out. Source: ecosystem notes. */
const POOL_MAX = 400
/** Size at which the font is rasterised, CSS px; texts are drawn between 0.8 and 1.3 times that. */
const FONT_PX = 14

export const FONT_FAMILY = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans KR", "Noto Sans", sans-serif'

let fontsMade = 0

/** A bitmap font with exactly the characters the venue needs. */
export interface MapFont {
  readonly name: string
  /** A text's width at `sizePx`, CSS px. */
  readonly measure: (text: string, sizePx: number) => number
  destroy(): void
}

export function createMapFont(texts: Iterable<string>, resolution: number): MapFont {
  const name = `seat-map-${++fontsMade}`
  const characters = new Set(' 0123456789.,')
  for (const text of texts) for (const character of text) characters.add(character)
  BitmapFont.install({
    name,
    chars: [[...characters].join('')],
    resolution,
    skipKerning: true,
    padding: 2,
    style: { fontFamily: FONT_FAMILY, fontSize: FONT_PX, fontWeight: '600', fill: 0xffffff },
    dynamicFill: true,
  })
  const context = document.createElement('canvas').getContext('2d')
  if (context) context.font = `600 ${FONT_PX}px ${FONT_FAMILY}`
  const widths = new Map<string, number>()
  return {
    name,
    measure: (text, sizePx) => {
      let width = widths.get(text)
      if (width === undefined) {
        width = context?.measureText(text).width ?? text.length * FONT_PX * 0.6
        widths.set(text, width)
      }
      return (width * sizePx) / FONT_PX
    },
    destroy: () => BitmapFont.uninstall(name),
  }
}

/** One text of a frame; x, y: its middle, CSS px. */
export interface PlacedText {
  readonly text: string
  readonly x: number
  readonly y: number
  readonly sizePx: number
  readonly color: number
  /** Radians clockwise; level without. */
  readonly angle?: number
}

/** Texts in screen space, reused from frame to frame. */
export class TextPool {
  readonly container = new Container()
  private readonly font: MapFont
  private readonly items: BitmapText[] = []

  constructor(font: MapFont) {
    this.font = font
  }

  /** Shows exactly these texts, at most POOL_MAX. */
  show(texts: readonly PlacedText[]): void {
    const shown = Math.min(texts.length, POOL_MAX)
    for (let index = 0; index < shown; index++) {
      const placed = texts[index]
      if (placed) this.put(this.items[index] ?? this.make(), placed)
    }
    for (let index = shown; index < this.items.length; index++) {
      const item = this.items[index]
      if (item) item.visible = false
    }
  }

  private put(item: BitmapText, placed: PlacedText): void {
    if (item.text !== placed.text) item.text = placed.text
    item.visible = true
    item.tint = placed.color
    item.rotation = placed.angle ?? 0
    item.scale.set(placed.sizePx / FONT_PX)
    item.position.set(placed.x, placed.y)
  }

  private make(): BitmapText {
    const item = new BitmapText({
      text: '',
      anchor: 0.5,
      roundPixels: true,
      style: { fontFamily: this.font.name, fontSize: FONT_PX, fill: 0xffffff },
    })
    this.items.push(item)
    return this.container.addChild(item)
  }
}
