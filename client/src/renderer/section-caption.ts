import { Container, Graphics } from 'pixi.js'
import type { Size } from './camera.ts'
import { parseColor, toNumber, type Theme } from './palette.ts'
import { TextPool, type MapFont } from './text-pool.ts'

/** Type and measures of the caption, CSS px. Source: screenshots. */
const TEXT_PX = 13
const PADDING_PX = 10
const HEIGHT_PX = 26
const TOP_PX = 8

/** The name of the section in the view's middle, pinned to the view's upper edge while no other name of it shows. */
export class SectionCaption {
  readonly container = new Container()
  private readonly names: readonly string[]
  private readonly font: MapFont
  private readonly chip = new Graphics()
  private readonly text: TextPool

  constructor(names: readonly string[], font: MapFont) {
    this.names = names
    this.font = font
    this.text = new TextPool(font)
    this.container.addChild(this.chip, this.text.container)
  }

  show(section: number | null, size: Size, theme: Theme): void {
    const name = section === null ? '' : (this.names[section] ?? '')
    this.container.visible = name !== ''
    if (name === '') return
    const x = size.width / 2
    const width = this.font.measure(name, TEXT_PX) + 2 * PADDING_PX
    this.chip.clear().roundRect(x - width / 2, TOP_PX, width, HEIGHT_PX, HEIGHT_PX / 2)
    this.chip.fill(theme.floor).stroke({ width: 1, color: theme.border })
    const color = toNumber(parseColor(theme.text))
    this.text.show([{ text: name, x, y: TOP_PX + HEIGHT_PX / 2, sizePx: TEXT_PX, color }])
  }
}
