import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'rolldown'
import { CLONE } from '../../server/dev/clone.ts'

/** What scripts import: the client and the official parser in one file, since k6 resolves no package. */
export const BUNDLE = join(import.meta.dirname, 'socket-io.bundle.js')
/** Its types, also in one file: who copies the two needs nothing else. */
export const DECLARATIONS = join(import.meta.dirname, 'socket-io.bundle.d.ts')

const SOURCES = join(import.meta.dirname, 'socket-io')

const BANNER = `/*
 * Made by load-tests/lib/bundle.ts from load-tests/lib/socket-io and the npm packages socket.io-parser and
 * @socket.io/component-emitter (both MIT). Do not edit: change the sources and run \`npm run load:bundle\`.
 */`

export async function bundled(): Promise<string> {
  const { output } = await build({
    cwd: join(import.meta.dirname, '../..'), // the bundle's comments name its sources from here
    input: join(SOURCES, 'client.ts'),
    external: /^k6(\/|$)/,
    platform: 'browser', // not node: the parser's build without `debug`
    write: false,
    output: { format: 'esm', banner: BANNER },
  })
  return output[0].code
}

/** Where what client.ts exports is declared; it comes last. */
const DECLARING = ['backoff', 'event-map', 'socket-options', 'timer', 'client']

/** Declarations and nothing else, by the rules of the kit. */
const EMIT =
  '--ignoreConfig --declaration --emitDeclarationOnly --target es2024 --module nodenext --strict --allowImportingTsExtensions --skipLibCheck --types k6'.split(
    ' ',
  )

/** The declarations of those sources as TypeScript makes them, one after the other: exported is what client.ts exports. */
export function declared(): string {
  const folder = mkdtempSync(join(tmpdir(), 'seatcast-declarations-'))
  try {
    const types = join(CLONE, 'load-tests/node_modules/@types')
    const source = join(SOURCES, 'client.ts')
    execFileSync(join(CLONE, 'node_modules/.bin/tsc'), [...EMIT, '--typeRoots', types, '--outDir', folder, source])
    const parts = DECLARING.map((name) => readFileSync(join(folder, `${name}.d.ts`), 'utf8'))
    return `${BANNER}\n${inOne(parts)}`
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const EXPORTS = /^export (?:type )?\{.*\};\n/gm
const IMPORTS = /^import .*;\n/gm
const FUNCTION = /(?:\/\*\*(?:(?!\*\/).)*\*\/\n)?^export declare function (?<name>\w+)[^\n]*\n/gms

function inOne(parts: readonly string[]): string {
  const text = parts.join('').replace(IMPORTS, '')
  const exported = text.match(EXPORTS)?.join('') ?? ''
  const isExported = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(exported)
  return (
    text
      .replace(EXPORTS, '')
      .replace(FUNCTION, (whole, name: string) => (isExported(name) ? whole : ''))
      // In a file of declarations all are exported, unless a list says which.
      .replace(/^export (?!declare class SocketIo\b)/gm, '') + exported
  )
}

if (import.meta.main) {
  writeFileSync(BUNDLE, await bundled())
  writeFileSync(DECLARATIONS, declared())
}
