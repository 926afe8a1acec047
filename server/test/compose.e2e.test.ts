import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { Redis } from 'ioredis'
import { Client } from 'pg'
import { io as connectSocket } from 'socket.io-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endProcess, exited } from '../dev/child-process.ts'
import { CLONE } from '../dev/clone.ts'
import { canEnter, databaseAccount } from '../dev/database-account.ts'
import { installDebianPackage } from '../dev/debian-package.ts'
import { freePort } from '../dev/free-port.ts'
import { type RunningPostgres, startPostgres } from '../dev/postgres.ts'
import { redisBinary } from '../dev/redis-binary.ts'
import { commandOf, type ComposeService, composeWith } from './support/compose.ts'
import { eventually } from './support/eventually.ts'

/** Every service of docker-compose.yml as a plain process: its exact command and environment, other hosts and ports. */
const secrets = { POSTGRES_PASSWORD: 'a'.repeat(32), REDIS_PASSWORD: 'b'.repeat(32), TOKEN_SECRET: 'c'.repeat(64) }
const { services } = composeWith(secrets)
const directory = mkdtempSync(join(tmpdir(), 'seatcast-compose-'))
const ports: Record<string, number> = {}
const children: ChildProcess[] = []
let postgres: RunningPostgres

beforeAll(async () => {
  for (const name of ['redis', 'node-1', 'node-2', 'scheduler-1', 'scheduler-2', 'proxy'])
    ports[name] = await freePort()
})

afterAll(async () => {
  for (const child of children.toReversed()) await endProcess(child, 'SIGKILL', 0)
  await postgres.stop()
  rmSync(directory, { recursive: true, force: true })
})

test('postgres takes its settings, its set-up arguments and its password', async () => {
  const service = serviceNamed('postgres')
  const command = service.command ?? []
  const settings = Object.fromEntries(
    command.filter((_, index) => command[index - 1] === '-c').map((setting) => setting.split('=') as [string, string]),
  )
  const database = join(directory, 'postgres')
  expect(canEnter(databaseAccount(), tmpdir())).toBe(true)
  spawnSync('chmod', ['755', directory])
  postgres = await startPostgres({
    directory: database,
    password: service.environment?.['POSTGRES_PASSWORD'] ?? '',
    durability: 'tests',
    settings,
    initdb: (service.environment?.['POSTGRES_INITDB_ARGS'] ?? '').split(' '),
  })
  const client = new Client(postgres.url)
  await client.connect()
  const { POSTGRES_USER: user, POSTGRES_DB: name, POSTGRES_PASSWORD: password } = service.environment ?? {}
  await client.query(`create role ${user} login password '${password}'`)
  await client.query(`create database ${name} owner ${user}`)
  expect((await client.query('show max_connections')).rows).toEqual([{ max_connections: settings['max_connections'] }])
  await client.end()
})

test('redis takes its arguments: a password, no eviction, an append-only file', async () => {
  const [program, ...args] = serviceNamed('redis').command ?? []
  expect(program).toBe('redis-server')
  const place = ['--port', String(ports['redis']), '--bind', '127.0.0.1', '--dir', directory]
  children.push(spawn(await redisBinary(), [...args, ...place], { stdio: 'ignore' }))
  const redis = new Redis(substituted('redis://:' + secrets.REDIS_PASSWORD + '@redis:6379'), { lazyConnect: true })
  redis.on('error', () => undefined) // until it is up
  await eventually('Redis answers', 10_000, () =>
    redis.ping().then(
      (answer) => answer === 'PONG',
      () => false,
    ),
  )
  expect(await redis.config('GET', 'maxmemory-policy')).toContain('noeviction')
  expect(await redis.config('GET', 'appendonly')).toContain('yes')
  await redis.quit()
  const stranger = new Redis(ports['redis'] ?? 0, {
    lazyConnect: true,
    retryStrategy: () => null,
    enableReadyCheck: false,
  })
  stranger.on('error', () => undefined) // told by the command, too
  await expect(stranger.ping()).rejects.toThrow(/NOAUTH/)
  stranger.disconnect()
})

test('migrate ends with exit code 0, the second time too', async () => {
  for (const round of [1, 2]) {
    const migrate = run('migrate')
    await exited(migrate.child)
    expect(migrate.child.exitCode, `round ${round}: ${migrate.output()}`).toBe(0)
  }
})

test.each(['node-1', 'node-2'])('%s becomes healthy by its own health check', async (name) => {
  const node = run(name)
  const [kind, program, ...args] = serviceNamed(name).healthcheck?.test ?? []
  expect([kind, program]).toEqual(['CMD', 'node'])
  const check = args.map((argument) => argument.replace(':3000/', `:${ports[name]}/`))
  await eventually(`${name} is healthy: ${node.output()}`, 30_000, async () => {
    const probe = spawn(process.execPath, check, { stdio: 'ignore' })
    await exited(probe)
    return probe.exitCode === 0
  })
})

test.each(['scheduler-1', 'scheduler-2'])('%s runs beside the other', async (name) => {
  const scheduler = run(name)
  await eventually(`${name} tells that it works: ${scheduler.output()}`, 30_000, () =>
    /"level"/.test(scheduler.output()),
  )
  expect(scheduler.child.exitCode).toBe(null)
})

test('the proxy passes requests and WebSockets to the nodes and hides metrics', async ({ skip }) => {
  const nginx = nginxBinary()
  skip(nginx === undefined, 'no nginx here, and it could not be installed: the proxy was not tried')
  const config = readFileSync(join(CLONE, 'server/ops/nginx.conf'), 'utf8')
    .replace('node-1:3000', `127.0.0.1:${ports['node-1']}`)
    .replace('node-2:3000', `127.0.0.1:${ports['node-2']}`)
    .replace('listen 80 reuseport', `listen 127.0.0.1:${ports['proxy']}`)
  const file = join(directory, 'nginx.conf')
  writeFileSync(file, config)
  const globals = `daemon off; pid ${directory}/nginx.pid; error_log ${directory}/nginx.log;`
  const proxy = spawn(nginx ?? '', ['-p', directory, '-c', file, '-e', `${directory}/nginx.log`, '-g', globals], {
    stdio: 'ignore',
  })
  try {
    const origin = `http://127.0.0.1:${ports['proxy']}`
    const get = (path: string): Promise<number> =>
      fetch(origin + path, { signal: AbortSignal.timeout(5_000) }).then(
        ({ status }) => status,
        () => 0,
      )
    await eventually('the proxy answers', 10_000, async () => (await get('/healthz')) === 200)
    expect(await get('/api/shows')).toBe(200)
    expect(await get('/metrics')).toBe(404)

    const guest = (await (await fetch(`${origin}/api/guests`, { method: 'POST' })).json()) as { token: string }
    const socket = connectSocket(origin, { transports: ['websocket'], auth: { token: guest.token }, forceNew: true })
    await eventually('a socket connects through the proxy', 10_000, () => socket.connected)
    const answer: unknown = await socket.timeout(5_000).emitWithAck('map:watch', { performanceId: 'nobody' })
    expect(answer).toMatchObject({ ok: false, code: 'NOT_FOUND' })
    socket.disconnect()
  } finally {
    await endProcess(proxy, 'SIGTERM', 2_000)
  }
})

test('every server drains on SIGTERM and ends with exit code 0', async () => {
  const servers = children.slice(1) // after Redis
  expect(servers.length).toBe(4)
  for (const server of servers) server.kill('SIGTERM')
  await Promise.all(servers.map(exited))
  expect(servers.map((server) => server.exitCode)).toEqual([0, 0, 0, 0])
})

/** nginx on the PATH, or installed now; undefined: neither. */
function nginxBinary(): string | undefined {
  const find = () =>
    [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
      .map((folder) => join(folder, 'nginx'))
      .find((file) => existsSync(file))
  return find() ?? (installDebianPackage('nginx-light') ? find() : undefined)
}

function serviceNamed(name: string): ComposeService {
  const service = services[name]
  if (service === undefined) throw new Error(`no service ${name}`)
  return service
}

/** The service's program as a process, with nothing of our own environment but the path. */
function run(name: string): { readonly child: ChildProcess; output(): string } {
  const service = serviceNamed(name)
  const [program, ...args] = commandOf(service)
  expect(program).toBe('node')
  const environment = Object.entries(service.environment ?? {}).map(([key, value]) => [key, substituted(value)])
  const env: NodeJS.ProcessEnv = {
    ...Object.fromEntries(environment),
    HOST: '127.0.0.1',
    PATH: process.env['PATH'],
  }
  for (const port of ['PORT', 'SCHEDULER_PORT']) if (env[port] !== undefined) env[port] = String(ports[name])
  const child = spawn(process.execPath, args, { cwd: CLONE, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  if (name !== 'migrate') children.push(child)
  return { child, output: () => output.slice(-2_000) }
}

function substituted(value: string): string {
  return value
    .replace('@postgres:5432', `@127.0.0.1:${postgres.port}`)
    .replace('@redis:6379', `@127.0.0.1:${ports['redis']}`)
}
