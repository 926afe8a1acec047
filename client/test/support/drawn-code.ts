import type { Locator } from 'playwright-core'
import { encode } from 'uqr'

/** Whether the QR code that is drawn is the text's, dark module for dark module, within its white margin. */
export async function isCodeOf(code: Locator, text: string): Promise<boolean> {
  const { size, data } = encode(text, { ecc: 'M', border: 4 })
  const [box, drawn = ''] = [
    await code.getAttribute('viewBox'),
    (await code.locator('path').getAttribute('d')) ?? undefined,
  ]
  const dark = new Set([...drawn.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map(([, x, y]) => `${x} ${y}`))
  const isDrawn = data.every((row, y) => row.every((isDark, x) => isDark === dark.has(`${x} ${y}`)))
  return box === `0 0 ${size} ${size}` && isDrawn
}
