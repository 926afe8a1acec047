import fastifyStatic from '@fastify/static'
import { existsSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import type { FastifyInstance } from 'fastify'

/** Files of Vite's build whose names carry a hash of their content. */
const HASHED_FOLDER = 'assets'
const YEAR_SECONDS = 31_536_000

/** Serves the built client: `/`, the pages of performances, orders, invitations (`/g/`) and device links (`/d/`) are its index.html. Nothing is served without a build. */
export async function clientFiles(app: FastifyInstance, directory: string): Promise<void> {
  const root = resolve(directory)
  if (directory === '' || !existsSync(join(root, 'index.html'))) return
  await app.register(fastifyStatic, {
    root,
    wildcard: false, // one route per file that exists: nothing to traverse, and 404s stay problems
    preCompressed: true,
    cacheControl: false,
    schemaHide: true,
    setHeaders(reply, path) {
      const hashed = path.startsWith(join(root, HASHED_FOLDER) + sep)
      void reply.header('cache-control', hashed ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache')
    },
  })
  for (const page of ['/p/*', '/orders', '/orders/:id', '/g/:code', '/d/:key'])
    app.get(page, { schema: { hide: true } }, (_request, reply) => reply.sendFile('index.html'))
}
