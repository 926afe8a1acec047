import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CLONE } from '../dev/clone.ts'
import { COMPOSE_TEXT, composeWith } from './support/compose.ts'

const SECRETS = { POSTGRES_PASSWORD: 'pg', REDIS_PASSWORD: 'redis', TOKEN_SECRET: 'x'.repeat(32) }
const compose = composeWith(SECRETS)
const read = (path: string) => readFileSync(join(CLONE, path), 'utf8')
const servers = Object.entries(compose.services).filter(
  ([name, service]) => service.image === 'seatcast' && name !== 'migrate',
)

const plain = Object.entries(compose.services).filter(([, { profiles }]) => profiles === undefined)

test('the production shape: PostgreSQL, Redis, two nodes behind a proxy, two schedulers, migrations once', () => {
  expect(plain.map(([name]) => name).toSorted()).toEqual(
    ['migrate', 'node-1', 'node-2', 'postgres', 'proxy', 'redis', 'scheduler-1', 'scheduler-2'].toSorted(),
  )
  expect(plain.flatMap(([name, { ports }]) => (ports === undefined ? [] : name))).toEqual(['proxy'])
})

test('Prometheus and Grafana come with a profile, on the loopback address, and Grafana with a password only', () => {
  const watching = Object.entries(compose.services).filter(([, { profiles }]) => profiles !== undefined)
  expect(watching.map(([name, { profiles }]) => [name, profiles])).toEqual([
    ['prometheus', ['watching']],
    ['grafana', ['watching']],
  ])
  for (const [name, { ports = [] }] of watching)
    for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:\d+:\d+$/)
  const grafana = compose.services['grafana']
  const [shell = '', ...args] = grafana?.entrypoint ?? []
  const start = args.map((arg) => arg.replaceAll('$$', '$').replace('exec /run.sh', 'echo started'))
  const run = (password: string) =>
    spawnSync(shell, start, { encoding: 'utf8', env: { ...process.env, GF_SECURITY_ADMIN_PASSWORD: password } })
  expect(run('')).toMatchObject({ status: 1, stdout: 'GRAFANA_ADMIN_PASSWORD is missing\n' })
  expect(run('x')).toMatchObject({ status: 0, stdout: 'started\n' })
  expect(grafana?.environment?.['GF_SECURITY_ADMIN_PASSWORD']).toBe('')
})

test('every argument is a text: a colon in a plain YAML text would make a mapping of it', () => {
  for (const { command = [], entrypoint = [], healthcheck } of Object.values(compose.services))
    for (const argument of [...command, ...entrypoint, ...(healthcheck?.test ?? [])])
      expect(argument).toBeTypeOf('string')
})

test.each(Object.keys(SECRETS))('%s has no default: without it nothing starts', (name) => {
  expect(() => composeWith({ ...SECRETS, [name]: '' })).toThrow(`required variable ${name}`)
  expect(COMPOSE_TEXT).not.toMatch(new RegExp(`\\$\\{${name}(?!:\\?)`))
})

test('Redis keeps what it was told and never evicts', () => {
  const command = compose.services['redis']?.command ?? []
  const setting = (name: string) => command[command.indexOf(`--${name}`) + 1]
  expect([setting('appendonly'), setting('maxmemory-policy')]).toEqual(['yes', 'noeviction'])
})

test('data lives in volumes, and each server waits for the migrations', () => {
  for (const name of ['postgres', 'redis'])
    expect(compose.services[name]?.volumes?.every((volume) => (volume.split(':')[0] ?? '') in compose.volumes)).toBe(
      true,
    )
  for (const [name, service] of servers) {
    expect(service.depends_on?.['migrate'], name).toEqual({ condition: 'service_completed_successfully' })
    expect(service.restart, name).toBe('unless-stopped')
  }
})

test('every long-running server has a health check, and names itself', () => {
  for (const [name, { healthcheck }] of plain) if (name !== 'migrate') expect(healthcheck, name).toBeDefined()
  for (const [name, service] of servers) expect(service.environment?.['NODE_NAME']).toBe(name)
})

test('the proxy knows both nodes, upgrades WebSockets, and is not sticky', () => {
  const nginx = read('server/ops/nginx.conf').replaceAll(/#.*/g, '')
  const upstreams = [...nginx.matchAll(/^\s*server ([\w-]+):(\d+)/gm)].map(([, host, port]) => `${host}:${port}`)
  const nodes = ['node-1', 'node-2'].map((name) => `${name}:${compose.services[name]?.environment?.['PORT']}`)
  expect(upstreams).toEqual(nodes)
  expect(nginx).toMatch(/proxy_set_header Upgrade \$http_upgrade;/)
  expect(nginx).toMatch(/proxy_set_header Connection \$connection_upgrade;/)
  expect(nginx).toMatch(/proxy_set_header X-Forwarded-For \$remote_addr;/)
  expect(nginx).not.toMatch(/ip_hash|sticky|hash \$/)
  expect(nginx.match(/\{/g)?.length).toBe(nginx.match(/\}/g)?.length)
  for (const volume of compose.services['proxy']?.volumes ?? [])
    expect(existsSync(join(CLONE, volume.split(':')[0] ?? ''))).toBe(true)
})

test('the image has the pinned Node and pnpm, copies what exists, and does not run as root', () => {
  const dockerfile = read('server/Dockerfile')
  const root = JSON.parse(read('package.json')) as { packageManager: string; devDependencies: Record<string, string> }
  expect(dockerfile).toContain(`npm install --global ${root.packageManager}`)
  const major = root.devDependencies['node']?.split('.')[0]
  for (const [, image] of dockerfile.matchAll(/^FROM (node:\S+)/gm))
    expect(image).toMatch(new RegExp(`^node:${major}-`))
  expect(dockerfile).toMatch(/^USER node$/m)
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
    ([, sources]) => sources?.split(' ') ?? [],
  )
  expect(copied.length).toBeGreaterThan(5)
  for (const source of copied) expect(existsSync(join(CLONE, source)), source).toBe(true)
})

test('the image, installed without development packages, has all that the sources import', () => {
  for (const name of ['server', 'shared']) {
    const { dependencies } = JSON.parse(read(`${name}/package.json`)) as { dependencies: Record<string, string> }
    const sources = globSync(`${name}/src/**/*.ts`, { cwd: CLONE }).filter((file) => !file.endsWith('.test.ts'))
    const imported = sources.flatMap((file) => [...read(file).matchAll(/ from '((?:@[^/']+\/)?[^./'@][^/']*)/g)])
    expect(imported.length).toBeGreaterThan(5)
    for (const [, packageName = ''] of imported)
      if (!packageName.startsWith('node:')) expect(Object.keys(dependencies)).toContain(packageName)
  }
})

test('docker compose accepts the file, where there is a docker compose', () => {
  const docker = (...args: string[]) =>
    spawnSync('docker', ['compose', ...args], { cwd: CLONE, encoding: 'utf8', env: { ...process.env, ...SECRETS } })
  if (docker('version').status === 0) expect(docker('config', '--quiet').stderr).toBe('')
  else expect(compose.services['proxy']?.image).toMatch(/^nginx:/)
})
