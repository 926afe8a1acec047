import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testApp, type TestApp } from '../../test/support/test-app.ts'
import { connectDatabase } from '../database/client.ts'
import { RefusalError } from './refusal.ts'

let tested: TestApp
let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'seatcast-client-'))
  await mkdir(join(directory, 'assets'))
  await writeFile(join(directory, 'index.html'), '<!doctype html><title>Seatcast</title>')
  await writeFile(join(directory, 'assets/index-abc123.js'), 'export {}')
  tested = await testApp({
    env: { CLIENT_DIRECTORY: directory, GUESTS_PER_MINUTE_PER_ADDRESS: '3' },
    plugins: [
      async (app) => {
        app.get('/test/fault', () => Promise.reject(new Error('the secret is 42')))
        app.get('/test/busy', () => Promise.reject(new RefusalError('MAP_RELOADING', { retryInMs: 1_500 })))
        await Promise.resolve()
      },
    ],
  })
})
afterAll(async () => {
  await tested.close()
  await rm(directory, { recursive: true })
})

test('a guest gets a token; the limit per address answers RATE_LIMITED with Retry-After', async () => {
  for (let guest = 0; guest < 3; guest += 1) {
    const response = await tested.app.inject({ method: 'POST', url: '/api/guests' })
    expect(response.statusCode).toBe(201)
    expect(response.json()).toMatchObject({ expiresInSeconds: 86_400 })
  }
  const refused = await tested.app.inject({ method: 'POST', url: '/api/guests' })
  expect(refused.statusCode).toBe(429)
  expect(refused.headers['content-type']).toContain('application/problem+json')
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  expect(refused.json()).toMatchObject({ code: 'RATE_LIMITED', status: 429 })
  expect(refused.json<{ retryInMs: number }>().retryInMs).toBeLessThanOrEqual(60_000)
})

test('a fault is a 500 without detail, logged once', async () => {
  const response = await tested.app.inject('/test/fault')
  expect(response.statusCode).toBe(500)
  expect(response.body).not.toContain('42')
  expect(response.json()).toMatchObject({ code: 'INTERNAL' })
  expect(tested.faults.filter((line) => line.includes('the secret is 42'))).toHaveLength(1)
})

test('a refusal says when to ask again, in ms and in whole seconds', async () => {
  const response = await tested.app.inject('/test/busy')
  expect(response.statusCode).toBe(503)
  expect(response.headers['retry-after']).toBe('2')
  expect(response.json()).toMatchObject({ code: 'MAP_RELOADING', retryInMs: 1_500 })
})

test('an unknown path is a problem, not a page', async () => {
  for (const url of ['/api/nothing', '/nothing', '/assets/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd']) {
    const response = await tested.app.inject(url)
    expect(response.statusCode, url).toBe(404)
    expect(response.json()).toMatchObject({ code: 'NOT_FOUND', status: 404 })
  }
})

test('the client: pages are its index.html, hashed files are kept for a year', async () => {
  for (const url of ['/', '/p/0190-abc', '/p/x/y']) {
    const page = await tested.app.inject(url)
    expect(page.statusCode, url).toBe(200)
    expect(page.body).toContain('<title>Seatcast')
    expect(page.headers['cache-control']).toBe('no-cache')
  }
  const script = await tested.app.inject('/assets/index-abc123.js')
  expect(script.statusCode).toBe(200)
  expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable')
})

test('the content security policy lets Pixi and Socket.IO work and nothing foreign in', async () => {
  const policy = String((await tested.app.inject('/')).headers['content-security-policy'])
  expect(policy).toContain("worker-src 'self' blob:")
  expect(policy).toContain("connect-src 'self' ws: wss:")
  expect(policy).toContain("script-src 'self';")
  expect(policy).not.toContain('upgrade-insecure-requests')
})

test("health, readiness, metrics and the API's description answer without a token", async () => {
  expect((await tested.app.inject('/healthz')).statusCode).toBe(200)
  expect((await tested.app.inject('/readyz')).json()).toEqual({ status: 'ready', reasons: [] })
  const metrics = await tested.app.inject('/metrics')
  expect(metrics.headers['content-type']).toContain('text/plain')
  expect(metrics.body).toBe('# metrics\n')
  const page = await tested.app.inject('/docs')
  const script = /src="([^"]*swagger-initializer\.js)"/.exec(page.body)?.[1] ?? 'none'
  expect((await tested.app.inject(new URL(script, 'http://node/docs').pathname)).statusCode).toBe(200)
  const { paths } = (await tested.app.inject('/docs/json')).json<{ paths: Record<string, object> }>()
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  )
  expect(routes).toEqual(
    expect.arrayContaining([
      'post /api/guests',
      'get /api/shows',
      'post /api/shows',
      'get /api/performances/{id}',
      'patch /api/performances/{id}',
      'get /api/layouts/{venueId}/{version}',
      'post /api/venues',
      'post /api/venues/{id}/layouts',
      'get /api/venues/{id}/export',
    ]),
  )
})

test('a draining node says why it is not ready', async () => {
  const draining = await testApp({ readiness: () => Promise.resolve({ ready: false, reasons: ['draining'] }) })
  const response = await draining.app.inject('/readyz')
  expect(response.statusCode).toBe(503)
  expect(response.json()).toEqual({ status: 'not ready', reasons: ['draining'] })
  expect((await draining.app.inject('/healthz')).statusCode).toBe(200)
  await draining.close()
})

test('without PostgreSQL, what needs it answers UNAVAILABLE', async () => {
  const away = connectDatabase({ databaseUrl: 'postgres://nobody@127.0.0.1:1/nowhere' })
  const alone = await testApp({ db: away.db })
  for (const url of ['/api/shows', `/api/performances/${randomUUID()}`, `/api/layouts/${randomUUID()}/1`]) {
    const response = await alone.app.inject(url)
    expect(response.statusCode, url).toBe(503)
    expect(response.json()).toMatchObject({ code: 'UNAVAILABLE' })
  }
  expect((await alone.app.inject({ method: 'POST', url: '/api/guests' })).statusCode).toBe(201)
  await alone.close()
  await away.close()
})
