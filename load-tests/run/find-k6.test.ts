import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { findK6, findOrBuildK6 } from './find-k6.ts'

const directory = mkdtempSync(join(tmpdir(), 'seatcast-k6-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const nowhere = join(directory, 'nowhere', 'k6')

/** A program called k6 in a folder of its own that says this when asked for its version. */
function k6ThatSays(version: string): string {
  const folder = mkdtempSync(join(directory, 'bin-'))
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'k6')
  writeFileSync(path, `#!/bin/sh\necho '${version}'\n`)
  chmodSync(path, 0o755)
  return path
}

const folderOf = (path: string): string => join(path, '..')

describe.skipIf(process.platform === 'win32')('finding k6', () => {
  test('K6_BIN comes first', () => {
    const [named, onPath] = [k6ThatSays('k6 v1.8.1 (go1.26)'), k6ThatSays('k6 v1.0.0')]
    const env = { K6_BIN: named, PATH: folderOf(onPath) }
    expect(findK6(env, nowhere)).toEqual({ path: named, version: 'k6 v1.8.1 (go1.26)', major: 1 })
  })

  test('a K6_BIN that is no k6 is said, not passed over', () => {
    expect(() => findK6({ K6_BIN: nowhere, PATH: '' }, nowhere)).toThrow(/K6_BIN is .*nowhere/)
    expect(() => findK6({ K6_BIN: k6ThatSays('hello'), PATH: '' }, nowhere)).toThrow(/no k6/)
  })

  test('the PATH next; one that is too old is passed over', () => {
    const [old, good] = [k6ThatSays('k6 v0.49.0 (go1.21)'), k6ThatSays('k6 v2.0.0')]
    const PATH = ['/does/not/exist', folderOf(old), folderOf(good)].join(delimiter)
    expect(findK6({ PATH }, nowhere)?.path).toBe(good)
  })

  test('then the one that was built before; else there is none', () => {
    const built = k6ThatSays('k6 v1.8.1')
    expect(findK6({ PATH: '' }, built)?.path).toBe(built)
    expect(findK6({ PATH: '' }, nowhere)).toBeNull()
  })

  test('without Go it says how to get k6 on each platform', async () => {
    const none = findOrBuildK6({ PATH: '/does/not/exist' }, AbortSignal.timeout(5_000), () => undefined, nowhere)
    await expect(none).rejects.toThrow(/macOS[^]*Debian[^]*Windows[^]*Docker[^]*K6_BIN=/)
  })
})
