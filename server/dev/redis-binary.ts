import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { installDebianPackage } from './debian-package.ts'

/** Oldest Redis that works: 7.0 has the sharded publish/subscribe that the adapter uses. Source: design, section 4. */
const OLDEST = [7, 0] as const
/** Built where there is no other: the newest of the series that the compose file runs. */
const BUILT_VERSION = '7.4.1'

/** Redis is missing or too old and could not be installed; the message says what to do. */
export class RedisMissingError extends Error {
  override readonly name = 'RedisMissingError'
}

/** A Redis or Valkey of 7.0 or later: on the PATH, or installed now. */
export async function redisBinary(): Promise<string> {
  const found = onPath()
  if (found.binary !== null) return found.binary
  install()
  const installed = onPath()
  if (installed.binary !== null) return installed.binary
  const downloaded = await download()
  if (downloaded !== null) return downloaded
  const what = found.tooOld === null ? 'no redis-server or valkey-server was found' : `${found.tooOld} is too old`
  throw new RedisMissingError(`Redis ${OLDEST.join('.')} or later is needed, ${what}: ${HINT}`)
}

const HINT =
  process.platform === 'darwin'
    ? 'run `brew install redis`, or set REDIS_URL'
    : 'run `sudo apt-get install redis-server` (or your system’s way), or set REDIS_URL'

function onPath(): { readonly binary: string | null; readonly tooOld: string | null } {
  let tooOld: string | null = null
  for (const name of ['redis-server', 'valkey-server']) {
    for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
      const binary = join(directory, name)
      if (!existsSync(binary)) continue
      const version = /v=(\d+)\.(\d+)/.exec(spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout ?? '')
      if (version === null) continue
      if (isNewEnough(Number(version[1]), Number(version[2]))) return { binary, tooOld: null }
      tooOld = `${binary} (${version[1]}.${version[2]})`
    }
  }
  return { binary: null, tooOld }
}

function isNewEnough(major: number, minor: number): boolean {
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])
}

/** Asks the system's package manager, where that needs nobody's password. */
function install(): void {
  if (process.platform !== 'darwin') {
    installDebianPackage('redis-server')
    return
  }
  console.log('Installing Redis (brew install redis) …')
  spawnSync('brew', ['install', 'redis'], { stdio: 'ignore' })
}

/** The npm package redis-memory-server builds one from source: slow, once, and only where nothing else helped. */
async function download(): Promise<string | null> {
  console.log('Building Redis from source (redis-memory-server) …')
  try {
    // Its own settings would choose another version; the class behind it takes ours.
    const builder = createRequire(import.meta.url)('redis-memory-server/lib/util/RedisBinary.js') as {
      default: { getPath(options: { version: string }): Promise<string> }
    }
    return await builder.default.getPath({ version: BUILT_VERSION })
  } catch {
    return null
  }
}
