import { type ReadSource, sourceIn } from '../../src/redis/scripts.ts'

/** The seats' scripts as they are. */
export const seatLua = sourceIn(new URL('../../src/seats/lua/', import.meta.url))

/** Where a test keeps a performance's time, Unix ms, for `withTestClock`. */
export const testClock = (metaKey: string): string => `${metaKey}:now`

/** The same scripts, reading each performance's time from its `testClock`. */
export function withTestClock(readSource: ReadSource = seatLua): ReadSource {
  const now = "-- now: the test's clock.\nlocal now = tonumber(redis.call('GET', KEYS[1] .. ':now'))\n"
  return (file) => (file === 'lib/now.lua' ? now : readSource(file))
}

/** The same scripts, where `instead` stands in place of the one line of a file that ends in `-- guard: <guard>`. */
export function withoutGuard(
  file: string,
  guard: string,
  instead: string,
  readSource: ReadSource = seatLua,
): ReadSource {
  return (name) => {
    const source = readSource(name)
    if (name !== file) return source
    const lines = source.split('\n')
    const marked = lines.filter((line) => line.endsWith(`-- guard: ${guard}`))
    if (marked.length !== 1) throw new Error(`${file} has ${marked.length} lines of guard "${guard}", not one`)
    return lines.map((line) => (line === marked[0] ? instead : line)).join('\n')
  }
}

/** Every guard in the scripts, as `<file>: <guard>`. */
export function guardsOf(files: readonly string[], readSource: ReadSource = seatLua): string[] {
  return files.flatMap((file) =>
    Array.from(readSource(file).matchAll(/-- guard: (.*)$/gm), (match) => `${file}: ${match[1]}`),
  )
}
