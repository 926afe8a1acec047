import { readdirSync } from 'node:fs'
import { REQUEST_MEMORY_MS } from '@seatcast/shared/domain/limits.ts'
import { describe, expect, test } from 'vitest'
import { LOG_ENTRIES_MAX } from './map-stream.ts'
import { loadScript, type ReadSource, ScriptContractError, sourceIn } from './scripts.ts'

const LUA = new URL('../seats/lua/', import.meta.url)
const lua = sourceIn(LUA)

/** A script that keeps the contract, with what a test changes in it. */
function files(changes: Readonly<Record<string, string>> = {}): ReadSource {
  const texts: Record<string, string> = {
    'take.lua': [
      '-- take: an example.',
      '-- use clock',
      '--',
      '-- KEYS[1] meta    hash',
      '-- KEYS[2] request string  optional',
      '-- ARGV[1] epoch   integer',
      "return redis.call('HGET', KEYS[1], ARGV[1]) or now -- a comment with KEYS[7]",
    ].join('\n'),
    'lib/clock.lua': "-- clock: an example of a part.\nlocal now = KEYS[2] and redis.call('TIME')",
    ...changes,
  }
  return (file) => {
    const text = texts[file]
    if (text === undefined) throw new Error(`no file ${file}`)
    return text
  }
}

const changed = (find: string, replace: string) =>
  loadScript('take', files({ 'take.lua': files()('take.lua').replace(find, replace) }))

describe('the header is the contract', () => {
  test('a script is its parts and its own text, without comments', () => {
    expect(loadScript('take', files())).toEqual({
      name: 'take',
      keys: ['meta', 'request'],
      arguments: ['epoch'],
      lua: "local now = KEYS[2] and redis.call('TIME')\nreturn redis.call('HGET', KEYS[1], ARGV[1]) or now",
    })
  })

  test.for([
    ['the wrong name in the first line', '-- take:', '-- give:', 'first line'],
    ['a key that is used and not listed', 'or now', 'or KEYS[3]', 'its text uses KEYS[3]'],
    ['a key that is listed and not used', "'HGET', KEYS[1]", "'HGET', 'x'", 'its header lists KEYS[1]'],
    ['an argument that is listed and not used', ', ARGV[1])', ')', 'its header lists ARGV[1]'],
    ['a gap in the list', '-- KEYS[2] request', '-- KEYS[3] request', 'without a gap'],
    ['a key that keys.ts does not know', 'KEYS[1] meta ', 'KEYS[1] metas', 'no key named metas'],
  ] as const)('%s is refused', ([, find, replace, message]) => {
    expect(() => changed(find, replace)).toThrow(ScriptContractError)
    expect(() => changed(find, replace)).toThrow(message)
  })

  test('a part that needs another one comes after it', () => {
    const part = '-- clock: an example of a part.\n-- needs zone\nlocal now = KEYS[2]'
    expect(() => loadScript('take', files({ 'lib/clock.lua': part }))).toThrow('clock needs zone before it')
    const both = files()('take.lua').replace('-- use clock', '-- use zone\n-- use clock')
    expect(
      loadScript('take', files({ 'take.lua': both, 'lib/clock.lua': part, 'lib/zone.lua': '-- zone: -' })).lua,
    ).toContain('local now')
  })

  test('a script takes six arguments at most', () => {
    const more = [2, 3, 4, 5, 6, 7].map((place) => `-- ARGV[${place}] more`).join('\n')
    const used = [2, 3, 4, 5, 6, 7].map((place) => `ARGV[${place}]`).join(', ')
    const text = files()('take.lua')
      .replace('-- ARGV[1]', `-- ARGV[1] epoch\n${more}\n--`)
      .replace(', ARGV[1])', `, ARGV[1], ${used})`)
    expect(() => loadScript('take', files({ 'take.lua': text }))).toThrow('it takes 7 arguments')
  })
})

describe("the seats' scripts", () => {
  const names = readdirSync(LUA)
    .filter((file) => file.endsWith('.lua'))
    .map((file) => file.slice(0, -'.lua'.length))
  const parts = readdirSync(new URL('lib/', LUA))

  test.for(names)('%s keeps its contract in at most 100 lines', (name) => {
    expect(loadScript(name, lua).keys.length).toBeGreaterThan(0)
    expect(lua(`${name}.lua`).split('\n').length).toBeLessThanOrEqual(100)
  })

  test.for(parts)('part %s is used, says what it is, and is short', (file) => {
    const part = file.slice(0, -'.lua'.length)
    expect(lua(`lib/${file}`)).toMatch(new RegExp(`^-- ${part}: `))
    expect(lua(`lib/${file}`).split('\n').length).toBeLessThanOrEqual(60)
    expect(names.some((name) => lua(`${name}.lua`).includes(`-- use ${part}\n`))).toBe(true)
  })

  test('answers are remembered as long as the protocol says', () => {
    expect(lua('lib/request-memory.lua')).toContain(`'PX', ${REQUEST_MEMORY_MS})`)
  })

  test('the log is trimmed as map-stream.ts says', () => {
    expect(lua('lib/append-change.lua')).toContain(`'MAXLEN', '~', ${LOG_ENTRIES_MAX}, `)
  })
})
