/** Category colours for plans that name none: told apart also by colour-blind people. Source: Okabe and Ito, 2008. */
const PALETTE = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#f0e442', '#777777'] as const

export function paletteColor(index: number): string {
  return PALETTE[index % PALETTE.length] ?? PALETTE[0]
}

/** `#rrggbb` of `#rgb`, `#rrggbb` or `rgb(r, g, b)`; undefined of anything else. */
export function hexColor(text: string): string | undefined {
  if (/^#[0-9a-f]{6}$/i.test(text)) return text.toLowerCase()
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text)
  if (short !== null)
    return `#${short
      .slice(1)
      .map((digit) => digit + digit)
      .join('')}`.toLowerCase()
  const parts = /^rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)$/i.exec(text)
  if (parts === null) return undefined
  const bytes = parts.slice(1).map(Number)
  if (bytes.some((byte) => byte > 255)) return undefined
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

/** A colour that may be drawn as it stands: hex, a name, or rgb()/hsl() with numbers. Nothing that could load or run. */
export function isDrawableColor(text: string): boolean {
  return /^(#[0-9a-f]{3,8}|[a-z]{3,25}|(rgb|hsl)a?\([\d\s.,%/]{3,40}\))$/i.test(text)
}
