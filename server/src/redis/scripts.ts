import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'
import type { MapKeys } from './keys.ts'

/** The keys a script may name in its header. `request` may be absent from a call; it is then the last one. */
export type ScriptKeys = MapKeys & { readonly request?: string }
export type ScriptKeyName = keyof ScriptKeys

/** A script with its parts put in, as Redis gets it. */
export interface MapScript {
  readonly name: string
  readonly lua: string
  /** KEYS in order, by the names in its header. */
  readonly keys: readonly ScriptKeyName[]
  /** ARGV in order, by the names in its header. */
  readonly arguments: readonly string[]
}

/** Reads a file of the Lua folder: `hold-seats.lua`, `lib/now.lua`. Tests put in their own clock here. */
export type ReadSource = (file: string) => string

/** Calls a script with keys by name and its arguments in order; resolves to Redis's reply. */
export type CallScript = (keys: Partial<ScriptKeys>, args: readonly (string | number)[]) => Promise<unknown>

/** Thrown when a script's text breaks its own contract, or a call breaks the script's. */
export class ScriptContractError extends Error {
  override readonly name = 'ScriptContractError'
}

/** Source: style rule 5. */
const ARGUMENTS_MAX = 6
const KEY_NAMES: ReadonlySet<string> = new Set<ScriptKeyName>([
  'meta',
  'seats',
  'owners',
  'holds',
  'deadlines',
  'buyers',
  'log',
  'base',
  'budgets',
  'addresses',
  'orders',
  'locks',
  'request',
])

/** The Lua folder on disk. */
export function sourceIn(folder: URL): ReadSource {
  return (file) => readFileSync(new URL(file, folder), 'utf8')
}

/** Loads a script, puts in the parts of its `use` lines and its name for `<script>`, and checks its header against its text. */
export function loadScript(name: string, readSource: ReadSource): MapScript {
  const source = readSource(`${name}.lua`)
  const header = headerOf(source)
  if (!header[0]?.startsWith(`-- ${name}: `)) fail(name, `its first line is not "-- ${name}: <purpose>"`)
  const parts = named(header, /^-- use ([a-z-]+)$/)
  const text = [...partTexts(name, parts, readSource), withoutComments(source)].join('\n').replaceAll('<script>', name)
  const keys = listed(name, header, 'KEYS')
  const args = listed(name, header, 'ARGV')
  checkUse(name, 'KEYS', keys.length, text)
  checkUse(name, 'ARGV', args.length, text)
  if (args.length > ARGUMENTS_MAX) fail(name, `it takes ${args.length} arguments, allowed are ${ARGUMENTS_MAX}`)
  for (const key of keys) if (!KEY_NAMES.has(key)) fail(name, `there is no key named ${key}`)
  return { name, lua: text, keys: keys as ScriptKeyName[], arguments: args }
}

/** Defines the script on the connection (EVALSHA, EVAL where Redis has forgotten it) and gives its caller. */
export function defineScript(redis: Redis, script: MapScript): CallScript {
  const command = `seatcast:${script.name}`
  redis.defineCommand(command, { lua: script.lua })
  const commands = redis as unknown as Record<string, (...args: (string | number)[]) => Promise<unknown>>
  return (keys, args) => {
    const run = commands[command]
    if (run === undefined) throw new ScriptContractError(`${script.name}: it is not defined on this connection`)
    if (args.length !== script.arguments.length)
      throw new ScriptContractError(
        `${script.name}: ${args.length} arguments given, ${script.arguments.length} expected`,
      )
    const given = script.keys.flatMap((name) => keys[name] ?? [])
    const requestAbsent = script.keys.includes('request') && keys.request === undefined
    if (given.length !== script.keys.length - (requestAbsent ? 1 : 0))
      throw new ScriptContractError(`${script.name}: a key is missing`)
    return run.call(redis, given.length, ...given, ...args)
  }
}

function headerOf(source: string): string[] {
  const lines = source.split('\n')
  const end = lines.findIndex((line) => !line.startsWith('--'))
  return lines.slice(0, end === -1 ? lines.length : end)
}

function partTexts(name: string, parts: readonly string[], readSource: ReadSource): string[] {
  return parts.map((part, place) => {
    const source = readSource(`lib/${part}.lua`)
    for (const needed of named(headerOf(source), /^-- needs ([a-z-]+)$/))
      if (!parts.slice(0, place).includes(needed)) fail(name, `${part} needs ${needed} before it`)
    return withoutComments(source)
  })
}

function named(header: readonly string[], pattern: RegExp): string[] {
  return header.flatMap((line) => pattern.exec(line)?.[1] ?? [])
}

/** Comments cost Redis nothing but would count as uses of KEYS and ARGV. No script has `--` inside a string. */
function withoutComments(source: string): string {
  return source
    .split('\n')
    .map((line) => line.replace(/\s*--.*$/, ''))
    .filter((line) => line !== '')
    .join('\n')
}

/** The names listed as `-- KEYS[n] name …`, which must be numbered from 1 without a gap. */
function listed(name: string, header: readonly string[], kind: 'KEYS' | 'ARGV'): string[] {
  const names: string[] = []
  for (const line of header) {
    const match = new RegExp(`^-- ${kind}\\[(\\d+)\\] ([A-Za-z]+)`).exec(line)
    if (match === null) continue
    names.push(match[2] ?? '')
    if (Number(match[1]) !== names.length) fail(name, `its header does not list ${kind} from 1 without a gap: ${line}`)
  }
  return names
}

function checkUse(name: string, kind: 'KEYS' | 'ARGV', count: number, text: string): void {
  const used = new Set(Array.from(text.matchAll(new RegExp(`${kind}\\[(\\d+)\\]`, 'g')), (match) => Number(match[1])))
  for (let place = 1; place <= count; place += 1)
    if (!used.has(place)) fail(name, `its header lists ${kind}[${place}], its text does not use it`)
  for (const place of used)
    if (place > count) fail(name, `its text uses ${kind}[${place}], its header does not list it`)
}

function fail(name: string, problem: string): never {
  throw new ScriptContractError(`script ${name}: ${problem}`)
}
