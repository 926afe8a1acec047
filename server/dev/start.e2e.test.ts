import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { PerformanceDetail, ShowList } from '@seatcast/shared/protocol/http.ts'
import type { VenueList } from '@seatcast/shared/protocol/organiser.ts'
import { io } from 'socket.io-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../test/support/eventually.ts'
import { testDatabase } from '../test/support/postgres.ts'
import { testRedis } from '../test/support/redis.ts'
import { oldRedis } from '../test/support/old-redis.ts'
import { accessTokens } from '../src/http/authentication.ts'
import { StartedClone, testFolder } from '../test/support/started-clone.ts'
import { endOrphan } from './child-process.ts'
import { freePort } from './free-port.ts'

const redis = await testRedis()
const folder = testFolder()
const port = await freePort()
const origin = `http://localhost:${port}`
let clone: StartedClone
let saleUrl: URL

beforeAll(async () => {
  clone = new StartedClone(folder, ['--no-bots', '--port', String(port)])
  saleUrl = await clone.url()
})

afterAll(async () => {
  for (const pid of clone.processes().keys()) await endOrphan(pid, 'SIGKILL', 1_000)
  folder.remove()
})

test('it prints one URL, last, and that page is there', async () => {
  const lines = clone.stdout.trim().split('\n')
  expect(lines.filter((line) => line.includes('http'))).toEqual([lines.at(-1)])
  expect(saleUrl.origin).toBe(origin)
  const page = await fetch(saleUrl)
  expect(page.status).toBe(200)
  expect(await page.text()).toContain('<script')
})

test('the demo has sales on sale, one with short holds, and one that opens soon', async () => {
  const performances = await demoPerformances()
  const onSale = performances.filter(({ status }) => status === 'on_sale')
  expect(onSale.some(({ seatCount }) => seatCount > 50_000)).toBe(true)
  expect(onSale.some(({ holdSeconds }) => holdSeconds === 10)).toBe(true)
  expect(onSale.every(({ seatCount, availableCount }) => seatCount >= 1_000 && availableCount >= 1_000)).toBe(true)
  const opensSoon = performances.filter(({ status }) => status === 'scheduled').map(({ opensInMs }) => opensInMs ?? 0)
  expect(opensSoon.length).toBe(1)
  expect(opensSoon[0]).toBeGreaterThan(60_000)
  expect(opensSoon[0]).toBeLessThan(600_000)
  for (const { zones } of performances) {
    expect(Math.min(...zones.map(({ price }) => price))).toBeLessThanOrEqual(125_000)
    expect(new Set(zones.map(({ currency }) => currency))).toEqual(new Set(['KRW']))
  }
  expect(performances.some(({ id }) => saleUrl.pathname.endsWith(id))).toBe(true)
})

test('the organiser token opens the organiser’s routes, and is nobody else’s to read', async () => {
  const token = readFileSync(join(folder.path, 'organiser-token'), 'utf8')
  const answer = await fetch(`${origin}/api/venues`, { headers: { authorization: `Bearer ${token}` } })
  expect(((await answer.json()) as VenueList).venues.length).toBe(3)
})

test('two workers answer on the one port', async () => {
  const seen = new Set<string>()
  await eventually('answers of two workers', 10_000, async () => {
    seen.add(await answeringWorker())
    return seen.size === 2
  })
})

test('a second start in the same clone says where the first one runs', async () => {
  const second = new StartedClone(folder, ['--no-bots'])
  expect(await second.exitCode()).toBe(1)
  expect(second.stderr.trim()).toMatch(new RegExp(`^Seatcast runs already in this clone, at ${origin}: [^\n]+$`))
})

test('a role that is killed is started again', async () => {
  for (const role of [/--role node/, /--role scheduler/, /--role sandbox-payments/]) {
    const before = clone.pidsOf(role)
    for (const pid of before) await endOrphan(pid, 'SIGKILL', 0)
    await eventually(`${role.source} again`, 10_000, () => clone.pidsOf(role).some((pid) => !before.includes(pid)))
  }
  await eventually('ready again', 10_000, isReady)
})

test('PostgreSQL and Redis that are killed are started again, with their data', async () => {
  for (const server of [/redis-server .*--dir/, /postgres -D/]) {
    const before = clone.pidsOf(server)
    expect(before.length).toBeGreaterThan(0)
    for (const pid of before) await endOrphan(pid, 'SIGKILL', 0)
    await eventually(`${server.source} again`, 20_000, () => clone.pidsOf(server).some((pid) => !before.includes(pid)))
    await eventually('ready again', 20_000, isReady)
  }
  await eventually('the sales again', 20_000, async () => (await demoPerformances()).length === 5)
})

test('after kill -9 of the supervisor a second start has the same data, and nothing of the first is left', async () => {
  const before = { performances: await performanceIds(), servers: clone.pidsOf(/postgres -D|redis-server/) }
  clone.process.kill('SIGKILL')
  await clone.exitCode()
  clone = new StartedClone(folder, ['--no-bots', '--port', String(port)])
  expect((await clone.url()).href).toBe(saleUrl.href)
  expect(await performanceIds()).toEqual(before.performances)
  expect(clone.pidsOf(/postgres -D|redis-server/).filter((pid) => before.servers.includes(pid))).toEqual([])
})

test('a second clone beside it, where PostgreSQL’s account cannot enter: data of its own, kept elsewhere; its own TOKEN_SECRET', async () => {
  const otherFolder = testFolder(0o700)
  const otherPort = await freePort()
  const secret = 'a-secret-that-the-environment-gives-0123456789'
  const other = new StartedClone(otherFolder, ['--no-bots', '--port', String(otherPort)], { TOKEN_SECRET: secret })
  try {
    expect((await other.url()).origin).toBe(`http://localhost:${otherPort}`)
    const ids = await performanceIds(`http://localhost:${otherPort}`)
    const mine = await performanceIds()
    expect(ids).toHaveLength(mine.length)
    expect(ids.filter((id) => mine.includes(id))).toEqual([])
    expect(await isReady()).toBe(true)

    const told = other.stdout.split('\n').filter((line) => line.includes('cannot enter'))
    const moved = process.getuid?.() === 0 // only root runs PostgreSQL as somebody else
    expect(told).toEqual(
      moved
        ? [
            expect.stringMatching(
              /^PostgreSQL's account cannot enter this folder: the data is kept in \/var\/lib\/\S+$/,
            ),
          ]
        : [],
    )
    expect(existsSync(join(otherFolder.path, 'data', 'postgres'))).toBe(!moved)

    const token = readFileSync(join(otherFolder.path, 'organiser-token'), 'utf8')
    expect(await accessTokens(secret).readToken(token)).toMatchObject({ userId: expect.any(String) })
    const venues = { headers: { authorization: `Bearer ${token}` } }
    expect((await fetch(`http://localhost:${otherPort}/api/venues`, venues)).status).toBe(200)
    expect((await fetch(`${origin}/api/venues`, venues)).status).toBe(401)
    other.process.kill('SIGINT')
    expect(await other.exitCode()).toBe(0)
  } finally {
    for (const pid of other.processes().keys()) await endOrphan(pid, 'SIGKILL', 1_000)
    otherFolder.remove()
  }
})

test('SIGINT stops everything in order: exit code 0, no stack trace, nothing left running', async () => {
  expect(clone.processes().size).toBeGreaterThan(6)
  await stop()
})

test('after kill -9 of the supervisor everything that it started ends by itself', async () => {
  clone = new StartedClone(folder, ['--no-bots', '--port', String(port)])
  await clone.url()
  clone.process.kill('SIGKILL')
  await eventually('nothing runs any more', 20_000, () => clone.processes().size === 0)
})

test('--fresh begins anew, also beside servers that a crash left running', async () => {
  clone = new StartedClone(folder, ['--no-bots', '--port', String(port)])
  await clone.url()
  const before = { performances: await performanceIds(), servers: clone.pidsOf(/postgres -D|redis-server/) }
  clone.process.kill('SIGKILL')
  await clone.exitCode()
  clone = new StartedClone(folder, ['--no-bots', '--fresh', '--port', String(port)])
  await clone.url()
  const after = await performanceIds()
  expect(after.length).toBe(before.performances.length)
  expect(after.filter((id) => before.performances.includes(id))).toEqual([])
  expect(clone.pidsOf(/postgres -D|redis-server/).filter((pid) => before.servers.includes(pid))).toEqual([])
  await stop()
})

test('DATABASE_URL and REDIS_URL: the existing ones are used and left running', async () => {
  const existing = { DATABASE_URL: (await testDatabase()).url, REDIS_URL: redis.url }
  clone = new StartedClone(folder, ['--no-bots', '--port', String(port)], existing)
  await clone.url()
  expect(clone.pidsOf(/postgres -D|redis-server/)).toEqual([])
  expect((await demoPerformances()).length).toBe(5)
  await stop()
  expect(redis.process.exitCode).toBe(null)
  const refused = new StartedClone(folder, ['--fresh', '--port', String(port)], existing)
  expect(await refused.exitCode()).toBe(1)
  expect(refused.stderr).toMatch(/^--fresh only throws its own data away: [^\n]+\n$/)
})

test('Ctrl-C while it starts: exit code 0 and nothing left running', async () => {
  clone = new StartedClone(folder, ['--no-bots', '--port', String(port)])
  await eventually('PostgreSQL is starting', 30_000, () => clone.pidsOf(/postgres -D/).length > 0)
  await stop()
})

test('a port in use: one line that says what to do', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const refused = new StartedClone(folder, ['--no-bots', '--port', String(port)])
  expect(await refused.exitCode()).toBe(1)
  expect(refused.stderr).toBe(
    `Port ${port} is in use: stop what listens there, or take another with npm start -- --port ${port + 1}\n`,
  )
  server.close()
})

test.each([
  [['--prot', '1'], {}, /^Unknown flag --prot: [^\n]+\n$/],
  [[], { WORKERS: 'many' }, /^--workers must be [^\n]+\n$/],
  [[], { TOKEN_SECRET: 'too-short' }, /^wrong settings: TOKEN_SECRET must have at least 32 characters\n$/],
  [[], { FRAMES_PER_SECOND: '0' }, /^wrong settings: FRAMES_PER_SECOND [^\n]+\n$/],
  [[], { REDIS_URL: 'redis://127.0.0.1:1' }, /^No Redis answers at REDIS_URL [^\n]+\n$/],
  [[], { DATABASE_URL: 'postgres://127.0.0.1:1/x' }, /^No PostgreSQL answers at DATABASE_URL [^\n]+\n$/],
])('%j with %j is refused in one line', async (args, env, line) => {
  const refused = new StartedClone(folder, ['--no-bots', '--port', String(port), ...args], env)
  expect(await refused.exitCode()).toBe(1)
  expect(refused.stderr).toMatch(line)
  await eventually('nothing is left running', 2_000, () => refused.processes().size === 0)
})

test('a Redis that is too old is refused in one line', async () => {
  const old = await oldRedis('6.2.14')
  const existing = { DATABASE_URL: (await testDatabase()).url, REDIS_URL: old.url }
  const refused = new StartedClone(folder, ['--no-bots', '--port', String(port)], existing)
  expect(await refused.exitCode()).toBe(1)
  expect(refused.stderr).toBe('REDIS_URL: Redis 6.2.14 is too old: Seatcast needs 7.0 or newer.\n')
  old.close()
})

async function stop(): Promise<void> {
  clone.process.kill('SIGINT')
  expect(await clone.exitCode()).toBe(0)
  await eventually('nothing is left running', 2_000, () => clone.processes().size === 0)
  expect(clone.stderr).toBe('')
}

async function demoPerformances(): Promise<PerformanceDetail[]> {
  return Promise.all((await performanceIds()).map((id) => getJson<PerformanceDetail>(`/api/performances/${id}`)))
}

async function performanceIds(of = origin): Promise<string[]> {
  const { shows } = await getJson<ShowList>('/api/shows', of)
  return shows.flatMap(({ performances }) => performances.map(({ id }) => id)).toSorted()
}

async function getJson<Answer>(path: string, of = origin): Promise<Answer> {
  return (await (await fetch(of + path, { signal: AbortSignal.timeout(5_000) })).json()) as Answer
}

async function isReady(): Promise<boolean> {
  return fetch(`${origin}/readyz`, { signal: AbortSignal.timeout(2_000) }).then(
    (answer) => answer.ok,
    () => false,
  )
}

/** Which worker answers a new socket. */
async function answeringWorker(): Promise<string> {
  const { token } = (await (await fetch(`${origin}/api/guests`, { method: 'POST' })).json()) as { token: string }
  const socket = io(origin, { auth: { token }, transports: ['websocket'], forceNew: true })
  try {
    const performanceId = saleUrl.pathname.split('/').at(-1)
    const answer = (await socket.timeout(5_000).emitWithAck('map:watch', { performanceId })) as { node?: string }
    return answer.node ?? ''
  } finally {
    socket.disconnect()
  }
}
