import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright-core'

/** A browser program and the environment that it needs beside our own. */
export interface ChromiumProgram {
  readonly executablePath: string
  readonly env: Readonly<Record<string, string>>
}

/** Where systems keep Chromium or Chrome. */
const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** WebGL without a graphics card; no sandbox, because CI runs as root and the pages are our own. */
const FLAGS = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
]

/** The page around a canvas is put together without WebGL: a third less CPU a page, where nobody counts frames. */
export const PLAIN_COMPOSITING = '--disable-gpu-compositing'

/** A headless Chromium with WebGL: `CHROMIUM_PATH`, an installed one, or the one in the npm package @sparticuz/chromium. */
export function launchChromium(
  program: ChromiumProgram = findChromium(),
  flags: readonly string[] = [],
): Promise<Browser> {
  return chromium.launch({
    executablePath: program.executablePath,
    args: [...FLAGS, ...flags],
    env: { ...process.env, ...program.env },
  })
}

export function findChromium(): ChromiumProgram {
  const chosen = process.env['CHROMIUM_PATH'] ?? INSTALLED.find((path) => existsSync(path))
  return chosen === undefined ? packagedChromium() : { executablePath: chosen, env: {} }
}

/** Unpacked once per version into `.seatcast`, with the system libraries that a bare machine lacks. */
export function packagedChromium(): ChromiumProgram {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const packaged = dirname(dirname(entry))
  const { version } = JSON.parse(readFileSync(join(packaged, 'package.json'), 'utf8')) as { version: string }
  const directory = fileURLToPath(new URL(`../../../.seatcast/chromium-${version}`, import.meta.url))
  if (!existsSync(directory)) unpack(entry, join(packaged, 'bin'), directory)
  return {
    executablePath: join(directory, 'chromium'),
    env: { LD_LIBRARY_PATH: join(directory, 'al2023', 'lib'), FONTCONFIG_PATH: join(directory, 'fonts') },
  }
}

/** The package unpacks only into the system's temporary folder, so a process of its own is given another one. */
function unpack(entry: string, archives: string, directory: string): void {
  const partial = `${directory}-${process.pid}`
  mkdirSync(partial, { recursive: true })
  const files = ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br'].map((file) =>
    join(archives, file),
  )
  const script = `
    import { inflate } from ${JSON.stringify(entry)}
    await Promise.all(${JSON.stringify(files)}.map((file) => inflate(file)))`
  const result = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env, TMPDIR: partial },
    encoding: 'utf8',
  })
  if (result.status !== 0) throw new Error(`could not unpack Chromium: ${result.stderr}`)
  renameSync(partial, directory)
}
