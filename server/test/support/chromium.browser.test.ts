import { expect, test } from 'vitest'
import { type ChromiumProgram, findChromium, launchChromium, packagedChromium } from './chromium.ts'

/** The packaged one is made for Linux on x64, where CI runs. */
const hasPackage = process.platform === 'linux' && process.arch === 'x64'
const programs = [
  { name: 'that is found', find: findChromium },
  ...(hasPackage ? [{ name: 'of the npm package', find: packagedChromium }] : []),
]

test.each(programs)('the Chromium $name draws with WebGL', async ({ find }) => {
  expect(await webglVersion(find())).toContain('WebGL 2')
})

async function webglVersion(program: ChromiumProgram): Promise<unknown> {
  const browser = await launchChromium(program)
  try {
    const page = await browser.newPage()
    return await page.evaluate(
      `(() => { const gl = document.createElement('canvas').getContext('webgl2'); return gl && gl.getParameter(gl.VERSION) })()`,
    )
  } finally {
    await browser.close()
  }
}
