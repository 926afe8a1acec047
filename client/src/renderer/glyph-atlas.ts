import { CanvasSource, type TextureSource } from 'pixi.js'

/** A cell of the atlas, device pixels: twice the size at which the closest zoom draws a digit. */
const CELL_WIDTH = 36
const CELL_HEIGHT = 54
const COLUMNS = 16
/** Code 0 is "nothing", code 1 the wheelchair; a byte holds the rest. */
const ICON_CODE = 1
const CODES_MAX = 255
/** A seat shows at most so many characters; longer numbers are not shown. */
export const GLYPHS_PER_SEAT = 4

export interface GlyphAtlas {
  readonly source: TextureSource
  /** Columns, rows, cell width, cell height: the shader's `uGlyphGrid`. */
  readonly grid: Float32Array
}

/** Codes of the characters that seat numbers use, in the order of their first use. */
export function glyphCodes(numbers: readonly string[]): ReadonlyMap<string, number> {
  const codes = new Map<string, number>()
  for (const number of numbers) {
    for (const character of number) {
      if (!codes.has(character) && ICON_CODE + 1 + codes.size <= CODES_MAX)
        codes.set(character, ICON_CODE + 1 + codes.size)
    }
  }
  return codes
}

/** A printed number as up to four glyph codes, packed into a little-endian word; 0: too long or not drawable. */
export function packGlyphs(number: string, codes: ReadonlyMap<string, number>): number {
  let word = 0
  let place = 0
  for (const character of number) {
    const code = codes.get(character)
    if (code === undefined || place === GLYPHS_PER_SEAT) return 0
    word |= code << (8 * place)
    place++
  }
  return word >>> 0
}

export function createGlyphAtlas(codes: ReadonlyMap<string, number>, fontFamily: string): GlyphAtlas {
  const rows = Math.ceil((ICON_CODE + 1 + codes.size) / COLUMNS)
  const canvas = document.createElement('canvas')
  canvas.width = COLUMNS * CELL_WIDTH
  canvas.height = rows * CELL_HEIGHT
  const context = canvas.getContext('2d')
  if (context) {
    context.fillStyle = '#fff'
    context.strokeStyle = '#fff'
    drawWheelchair(context, (ICON_CODE % COLUMNS) * CELL_WIDTH, 0)
    context.font = `600 ${CELL_HEIGHT * 0.96}px ${fontFamily}`
    context.textAlign = 'center'
    context.textBaseline = 'alphabetic'
    for (const [character, code] of codes) {
      const x = ((code % COLUMNS) + 0.5) * CELL_WIDTH
      const y = (Math.floor(code / COLUMNS) + 0.85) * CELL_HEIGHT
      context.fillText(character, x, y, CELL_WIDTH - 2)
    }
  }
  const source = new CanvasSource({ resource: canvas, autoGenerateMipmaps: true, scaleMode: 'linear' })
  return { source, grid: new Float32Array([COLUMNS, rows, CELL_WIDTH, CELL_HEIGHT]) }
}

/** The access symbol, simplified: head, back, leg and wheel. */
function drawWheelchair(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.save()
  context.translate(x + CELL_WIDTH / 2, y + CELL_HEIGHT / 2)
  context.lineWidth = 4.5
  context.lineCap = 'round'
  context.lineJoin = 'round'
  context.beginPath()
  context.arc(-4, -19, 4.2, 0, Math.PI * 2)
  context.fill()
  context.beginPath()
  context.moveTo(-4, -11)
  context.lineTo(-3, 2)
  context.lineTo(8, 2)
  context.lineTo(12, 15)
  context.moveTo(-3.5, -5)
  context.lineTo(6, -5)
  context.stroke()
  context.beginPath()
  context.arc(-3, 8, 10.5, Math.PI * 0.08, Math.PI * 1.36)
  context.stroke()
  context.restore()
}
