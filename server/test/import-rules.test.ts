import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')

/** Who may import whom, first match wins: a folder or file, what of ours it may name, and which packages. */
const DOMAIN = 'shared/src/domain'
const PROTOCOL = 'shared/src/protocol'
const PLATFORM = ['config.ts', 'lifecycle', 'observability', 'redis', 'database', 'http', 'socket'].map(
  (part) => `server/src/${part}`,
)
const feature = (name: string, others: readonly string[] = []): Rule => ({
  from: `server/src/${name}`,
  may: [DOMAIN, PROTOCOL, ...PLATFORM, `server/src/${name}`, ...others.map((other) => `server/src/${other}`)],
  packages: 'any',
})

interface Rule {
  readonly from: string
  readonly may: readonly string[]
  readonly packages: 'any' | readonly string[]
}

const RULES: readonly Rule[] = [
  { from: DOMAIN, may: [DOMAIN], packages: [] },
  { from: PROTOCOL, may: [DOMAIN, PROTOCOL], packages: ['typebox'] },
  // The HTTP application is put together in http/app.ts, which therefore names the routes of features.
  {
    from: 'server/src/http/app.ts',
    may: ['shared/src', ...PLATFORM, ...['catalogue', 'accounts', 'tickets'].map((part) => `server/src/${part}`)],
    packages: 'any',
  },
  ...PLATFORM.map((from) => ({
    from,
    may: [DOMAIN, PROTOCOL, ...PLATFORM, 'server/src/catalogue/performance.ts'],
    packages: 'any' as const,
  })),
  feature('seats', ['catalogue/performance.ts']),
  feature('feed', [
    'catalogue/performance.ts',
    'seats/group-commands.ts',
    'seats/seat-commands.ts',
    'seats/map-commands.ts',
    'seats/map-health.ts',
  ]),
  feature('venues'),
  feature('catalogue', ['venues']),
  feature('audit', ['catalogue', 'orders', 'payments']),
  feature('orders', ['catalogue', 'seats']),
  feature('payments', ['orders']),
  feature('accounts', ['orders']),
  feature('tickets', ['catalogue', 'orders']),
  feature('groups', ['catalogue', 'orders', 'seats', 'payments', 'accounts/attempt-limit.ts', 'tickets/base32.ts']),
  feature('planted-bugs', ['feed/watcher.ts', 'groups', 'orders', 'payments']),
  // What puts the others together may name all of them.
  { from: 'server/src/scheduler', may: ['shared/src', 'server/src'], packages: 'any' },
  { from: 'server/src/roles', may: ['shared/src', 'server/src'], packages: 'any' },
  { from: 'server/src/cli', may: ['shared/src', 'server/src'], packages: 'any' },
  { from: 'server/src/main.ts', may: ['server/src'], packages: 'any' },
  { from: 'client/src/store', may: [DOMAIN, PROTOCOL, 'client/src/store'], packages: [] },
  {
    from: 'client/src/i18n',
    may: [DOMAIN, PROTOCOL, 'client/src/i18n', 'client/src/connection', 'client/src/ui'],
    packages: ['@preact/signals'],
  },
  {
    from: 'client/src/connection',
    may: [DOMAIN, PROTOCOL, 'client/src/connection', 'client/src/store'],
    packages: ['socket.io-client'],
  },
  {
    from: 'client/src/renderer',
    may: [DOMAIN, 'client/src/renderer', 'client/src/store'],
    packages: ['pixi.js', 'pixi.js/unsafe-eval', 'd3-zoom', 'd3-selection', 'flatbush'],
  },
]

/** What is bundled for buyers names the protocol's types only: its checks stay on the server. The codec has none. */
const TYPES_ONLY = { from: 'client/src', of: PROTOCOL, except: `${PROTOCOL}/seat-codec.ts` }

const IMPORT =
  /^(?:import|export)\s+(?<clause>(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\w+|\{[^}]*\})(?:\s*,\s*\{[^}]*\})?)\s+from\s+'(?<name>[^']+)'|^import\s+'(?<bare>[^']+)'/gm
const TEST_FILE = /\.(test|bench)\.tsx?$/

interface Import {
  readonly file: string
  readonly name: string
  /** Of ours: the file it names. */
  readonly target: string | undefined
  readonly typesOnly: boolean
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  return [...text.matchAll(IMPORT)].map(({ groups }) => {
    const name = groups?.['name'] ?? groups?.['bare'] ?? ''
    const shared = /^@seatcast\/shared\/(.*)$/.exec(name)?.[1]
    const target =
      shared === undefined
        ? name.startsWith('.')
          ? relative(ROOT, resolve(ROOT, dirname(file), name))
          : undefined
        : `shared/src/${shared}`
    return { file, name, target, typesOnly: (groups?.['clause'] ?? '').startsWith('type ') }
  })
}

const files = globSync(['shared/src/**/*.ts', 'server/src/**/*.ts', 'client/src/**/*.{ts,tsx}'], { cwd: ROOT }).filter(
  (file) => !TEST_FILE.test(file),
)
const imports = files.flatMap(importsOf)
const within = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)

test('every file on the server has a rule', () => {
  const without = files.filter((file) => within(file, 'server/src') && !RULES.some(({ from }) => within(file, from)))
  expect(without).toEqual([])
})

test('every import follows the table', () => {
  const broken = imports.filter(({ file, name, target }) => {
    const rule = RULES.find(({ from }) => within(file, from))
    if (rule === undefined || name.startsWith('node:')) return false
    if (target !== undefined) return !rule.may.some((folder) => within(target, folder))
    return rule.packages !== 'any' && !rule.packages.includes(name)
  })
  expect(broken.map(({ file, name }) => `${file} imports ${name}`)).toEqual([])
  expect(imports.length).toBeGreaterThan(300)
})

test("the client names the protocol's types only", () => {
  const values = imports.filter(
    ({ file, target, typesOnly }) =>
      within(file, TYPES_ONLY.from) &&
      target !== undefined &&
      within(target, TYPES_ONLY.of) &&
      target !== TYPES_ONLY.except &&
      !typesOnly,
  )
  expect(values.map(({ file, name }) => `${file} imports ${name}`)).toEqual([])
})

test('no cycles, type imports included', () => {
  const graph = new Map<string, string[]>(files.map((file) => [file, []]))
  for (const { file, target } of imports) if (target !== undefined && graph.has(target)) graph.get(file)?.push(target)
  const state = new Map<string, 'open' | 'done'>()
  const cycles: string[] = []
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return
    if (state.get(file) === 'open') {
      cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
      return
    }
    state.set(file, 'open')
    for (const next of graph.get(file) ?? []) visit(next, [...path, file])
    state.set(file, 'done')
  }
  for (const file of files) visit(file, [])
  expect(cycles).toEqual([])
})

const ONLY_IN: readonly { readonly what: string; readonly pattern: RegExp; readonly file: string }[] = [
  { what: 'process.env', pattern: /process\.env\b/, file: 'server/src/config.ts' },
  { what: 'a Redis key', pattern: /`\{p\$\{/, file: 'server/src/redis/keys.ts' },
]

test.each(ONLY_IN)('only $file spells $what', ({ pattern, file }) => {
  const spelling = files.filter(
    (each) => within(each, 'server/src') && pattern.test(readFileSync(join(ROOT, each), 'utf8')),
  )
  expect(spelling).toEqual([file])
})

test('shared has no I/O, clock or chance of its own', () => {
  const impure = files.filter((file) => {
    if (!within(file, 'shared/src')) return false
    const code = readFileSync(join(ROOT, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    return /\bnew Date\b|Date\.now|Math\.random|\bprocess\.|from 'node:/.test(code)
  })
  expect(impure).toEqual([])
})
