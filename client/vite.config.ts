import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

const SERVER = process.env['SEATCAST_SERVER'] ?? 'http://127.0.0.1:3000'
/** Of 11. Source: 11 takes seconds for half a MB and saves 8 percent more. */
const BROTLI_QUALITY = 9

/** `vite` serves the client in development beside a running Seatcast; `vite build` writes `client/dist`. */
export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    // Nothing inline: the server's content security policy allows scripts, styles and images of its own origin only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Pixi and the renderer are a chunk of their own (about 0.5 MB), fetched after the first paint.
    chunkSizeWarningLimit: 900,
  },
  plugins: [compressed()],
  server: {
    proxy: {
      '/api': SERVER,
      '/socket.io': { target: SERVER, ws: true },
    },
  },
})

/** Writes `.br` and `.gz` beside each file once, so that no server compresses them for every visitor. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle({ dir = 'dist' }) {
      for (const file of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(?:js|css|svg|html)$/.test(file)) continue
        const path = join(dir, file)
        const content = readFileSync(path)
        writeFileSync(
          `${path}.br`,
          brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
        )
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }))
      }
    },
  }
}
