/** Red, green, blue; 0..255. */
export type Rgb = readonly [red: number, green: number, blue: number]

export type ThemeName = 'light' | 'dark'

/** Every colour of the map that is not a zone's; `#rrggbb`. Text on its ground has a contrast of at least 4.5 (palette.test.ts). */
export interface Theme {
  /** Behind the venue. */
  readonly ground: string
  /** A section under its seats. */
  readonly floor: string
  /** How far zone colours move towards the text's, so that dark ones show on a dark floor. */
  readonly lift: number
  /** A section's border. */
  readonly border: string
  /** A sold-out section from afar. */
  readonly soldOut: string
  readonly text: string
  readonly mutedText: string
  readonly stage: string
  readonly stageText: string
  readonly held: string
  readonly heldFill: string
  readonly sold: string
  readonly blocked: string
  readonly mine: string
  readonly mineMark: string
  readonly highlight: string
}

export const THEMES: Readonly<Record<ThemeName, Theme>> = {
  light: {
    ground: '#f3f5f8',
    floor: '#ffffff',
    lift: 0,
    border: '#c3cad5',
    soldOut: '#e3e7ed',
    text: '#16202e',
    mutedText: '#556070',
    stage: '#2a3444',
    stageText: '#f4f6fa',
    held: '#566173',
    heldFill: '#eceff3',
    sold: '#8d97a5',
    blocked: '#b4bcc8',
    mine: '#101a2b',
    mineMark: '#ffffff',
    highlight: '#b5179e',
  },
  dark: {
    ground: '#10151d',
    floor: '#1a222d',
    lift: 0.22,
    border: '#3a4656',
    soldOut: '#242d3a',
    text: '#eef2f7',
    mutedText: '#a5b0c0',
    stage: '#d5dce6',
    stageText: '#16202e',
    held: '#9ba7b8',
    heldFill: '#28323f',
    sold: '#6d7989',
    blocked: '#4d5968',
    mine: '#ffffff',
    mineMark: '#101a2b',
    highlight: '#ff7be5',
  },
}

/** Columns of the palette texture: one a zone, 255 for seats in none. */
export const PALETTE_WIDTH = 256
/** Rows of the palette texture: zone fill (alpha 0: dimmed), zone rim, zone ink, and the theme's seat colours. */
export const PALETTE_HEIGHT = 4
/** Columns of the last row. */
export const PALETTE_SLOTS = ['held', 'heldFill', 'sold', 'blocked', 'mine', 'mineMark', 'highlight', 'floor'] as const

/** The palette texture, RGBA bytes. A theme, a contrast switch or a zone filter is one upload of it. */
export function palettePixels(
  theme: Theme,
  zoneColors: readonly string[],
  filter: ReadonlySet<number> | null,
): Uint8Array {
  const text = parseColor(theme.text)
  const pixels = new Uint8Array(PALETTE_WIDTH * PALETTE_HEIGHT * 4)
  const put = (row: number, column: number, color: Rgb, alpha = 255) =>
    pixels.set([...color, alpha], (row * PALETTE_WIDTH + column) * 4)
  for (let zone = 0; zone < PALETTE_WIDTH; zone++) {
    const fill = mix(parseColor(zoneColors[zone] ?? theme.held), text, theme.lift)
    const shown = filter === null || filter.has(zone)
    put(0, zone, fill, shown ? 255 : 0)
    put(1, zone, mix(fill, text, 0.35))
    put(2, zone, parseColor(inkOn(fill, theme)))
  }
  PALETTE_SLOTS.forEach((slot, column) => put(3, column, parseColor(theme[slot])))
  return pixels
}

/** A section's fill from afar: the more of its seats are free, the more of its zone's colour. */
export function sectionShade(theme: Theme, zoneColor: string | undefined, freeRatio: number): Rgb {
  if (freeRatio <= 0) return parseColor(theme.soldOut)
  const floor = parseColor(theme.floor)
  const text = parseColor(theme.text)
  const zone = parseColor(zoneColor ?? theme.held)
  // Even one free seat shows: the scale starts well above the sold-out grey.
  let strength = 0.2 + 0.46 * Math.min(freeRatio, 1)
  // Labels stand out over narrow sections, so that their colour must do for the ground and for every shade.
  while (strength > 0 && contrast(mix(floor, zone, strength), text) < AA_TEXT) strength -= 0.02
  return mix(floor, zone, Math.max(strength, 0))
}

/** The better readable of the theme's two text colours on a fill. One of them always reaches 4.5 (AA). */
export function inkOn(fill: Rgb, theme: Theme): string {
  const [dark, light] = luminance(parseColor(theme.text)) < 0.5 ? [theme.text, '#ffffff'] : ['#0b1018', theme.text]
  const best = contrast(fill, parseColor(dark)) >= contrast(fill, parseColor(light)) ? dark : light
  if (contrast(fill, parseColor(best)) >= AA_TEXT) return best
  return luminance(fill) > 0.179 ? '#000000' : '#ffffff'
}

/** Contrast that WCAG AA wants of normal text. */
export const AA_TEXT = 4.5

/** WCAG contrast ratio, 1..21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].toSorted((left, right) => right - left)
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05)
}

function luminance([red, green, blue]: Rgb): number {
  const linear = (value: number) => {
    const part = value / 255
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

/** `t` = 0: `from`, 1: `to`. */
export function mix(from: Rgb, to: Rgb, t: number): Rgb {
  const part = (a: number, b: number) => Math.round(a + (b - a) * t)
  return [part(from[0], to[0]), part(from[1], to[1]), part(from[2], to[2])]
}

/** `#rgb` or `#rrggbb`; anything else is a middle grey, so that a bad layout still draws. */
export function parseColor(color: string): Rgb {
  const short = /^#([\da-f])([\da-f])([\da-f])$/i.exec(color)
  const long = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})/i.exec(color)
  const digits = short ? short.slice(1).map((digit) => digit + digit) : long?.slice(1)
  const [red = 128, green = 128, blue = 128] = (digits ?? []).map((pair) => Number.parseInt(pair, 16))
  return [red, green, blue]
}

/** As Pixi's tints want it. */
export const toNumber = ([red, green, blue]: Rgb): number => (red << 16) | (green << 8) | blue
