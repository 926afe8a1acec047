import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { CLONE } from '../../server/dev/clone.ts'
import { StartError } from '../../server/src/lifecycle/service.ts'

/** The version that is built, and that the kit was tried with. */
export const K6_VERSION = 'v1.8.1'
/** Oldest that works: 1.0 runs TypeScript and has k6/websockets. */
const OLDEST_MAJOR = 1
/** How long a build may take, ms. A guess: four times what two busy cores needed. */
const BUILD_PATIENCE_MS = 10 * 60_000
const PROGRAM = process.platform === 'win32' ? 'k6.exe' : 'k6'

export interface K6 {
  readonly path: string
  /** As it says itself, "k6 v1.8.1 (go1.26.8, linux/amd64)". */
  readonly version: string
  readonly major: number
}

/** Where a built k6 is kept: in the clone, so that removing the clone removes it. */
const BUILT_K6 = join(CLONE, '.seatcast', 'k6', K6_VERSION, PROGRAM)

/** K6_BIN, or the one on the PATH, or one that was built before; null when there is none. */
export function findK6(env: NodeJS.ProcessEnv = process.env, built = BUILT_K6): K6 | null {
  const named = env['K6_BIN'] || undefined
  if (named !== undefined) {
    const k6 = k6At(named)
    if (k6 === null) throw new StartError(`K6_BIN is ${named}, which is no k6 of version ${OLDEST_MAJOR} or later.`)
    return k6
  }
  const onPath = (env['PATH'] ?? '').split(delimiter).map((directory) => join(directory, PROGRAM))
  for (const path of [...onPath, built]) {
    const k6 = existsSync(path) ? k6At(path) : null
    if (k6 !== null) return k6
  }
  return null
}

/** The k6 that is there, or one that is built now; where Go is missing, a StartError that says how to get it. */
export async function findOrBuildK6(
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  tell: (line: string) => void,
  built = BUILT_K6,
): Promise<K6> {
  const found = findK6(env, built)
  if (found !== null) return found
  if (spawnSync('go', ['version'], { env }).status !== 0) throw new StartError(HOW_TO_GET_K6)
  tell(`Building k6 ${K6_VERSION} with Go, once (some minutes) …`)
  const directory = dirname(built)
  mkdirSync(directory, { recursive: true })
  const child = spawn('go', ['install', `go.k6.io/k6@${K6_VERSION}`], {
    env: { ...env, GOBIN: directory },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: BUILD_PATIENCE_MS,
    signal,
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2_000)))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const k6 = code === 0 ? k6At(built) : null
  if (k6 !== null) return k6
  throw new StartError(`k6 could not be built: ${said.trim().split('\n').at(-1) ?? ''}\n${HOW_TO_GET_K6}`)
}

const HOW_TO_GET_K6 = `k6 is not installed. It is one program without dependencies:
  macOS           brew install k6
  Debian, Fedora  the package k6 of Grafana's own repository: https://grafana.com/docs/k6/latest/set-up/install-k6/
  Windows         winget install k6 --source winget (or choco install k6)
  Docker          docker create --name k6 grafana/k6 && docker cp k6:/usr/bin/k6 ./k6 (Linux), then K6_BIN=./k6
  with Go         install Go 1.24 or later and run this again: k6 ${K6_VERSION} is then built once
Or say where it is: K6_BIN=/path/to/k6`

/** Null when the program is no k6, or one that is too old. */
function k6At(path: string): K6 | null {
  const { stdout, status } = spawnSync(path, ['version'], { encoding: 'utf8', timeout: 20_000 })
  const version = (stdout ?? '').split('\n')[0]?.trim() ?? ''
  const major = Number(/^k6(?:\.exe)? v(\d+)\./.exec(version)?.[1] ?? 0)
  return status === 0 && major >= OLDEST_MAJOR ? { path, version, major } : null
}
