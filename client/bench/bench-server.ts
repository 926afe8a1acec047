import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, preview } from 'vite'

/** As strict as the server's: no functions from strings, no inline scripts. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:"

export interface BenchServer {
  readonly url: string
  close(): Promise<void>
}

/** Builds the bench page as the client is built, and serves it on a free port of the loopback. */
export async function serveBench(): Promise<BenchServer> {
  const outDir = await mkdtemp(join(tmpdir(), 'seatcast-bench-'))
  const common = { root: import.meta.dirname, configFile: false, logLevel: 'error' } as const
  await build({
    ...common,
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2_000,
    },
  })
  const server = await preview({
    ...common,
    build: { outDir },
    preview: { host: '127.0.0.1', port: 0, headers: { 'Content-Security-Policy': CONTENT_SECURITY_POLICY } },
  })
  return {
    url: server.resolvedUrls?.local[0] ?? '',
    close: async () => {
      await server.close()
      await rm(outDir, { recursive: true, force: true })
    },
  }
}
