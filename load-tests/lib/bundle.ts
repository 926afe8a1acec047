import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'rolldown'

/** What scripts import: the client and the official parser in one file, since k6 resolves no package. */
export const BUNDLE = join(import.meta.dirname, 'socket-io.bundle.js')

const BANNER = `/*
 * Made by load-tests/lib/bundle.ts from load-tests/lib/socket-io and the npm packages socket.io-parser and
 * @socket.io/component-emitter (both MIT). Do not edit: change the sources and run \`npm run load:bundle\`.
 */`

export async function bundled(): Promise<string> {
  const { output } = await build({
    cwd: join(import.meta.dirname, '../..'), // the bundle's comments name its sources from here
    input: join(import.meta.dirname, 'socket-io/client.ts'),
    external: /^k6(\/|$)/,
    platform: 'browser', // not node: the parser's build without `debug`
    write: false,
    output: { format: 'esm', banner: BANNER },
  })
  return output[0].code
}

if (import.meta.main) writeFileSync(BUNDLE, await bundled())
