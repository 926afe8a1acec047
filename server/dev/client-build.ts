import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CLONE, LOGS } from './clone.ts'
import { StartError } from '../src/lifecycle/service.ts'

/** The built client, as a node serves it. */
export const CLIENT_DIRECTORY = join(CLONE, 'client', 'dist')
/** What the client is built from. */
const SOURCES = [
  'client/{src,public}/**',
  'client/{index.html,vite.config.ts,package.json}',
  'shared/src/**',
  'pnpm-lock.yaml',
]
/** Holds the hash of the sources that the present build was made from. */
const HASH_FILE = join(CLONE, '.seatcast', 'client-build')

/** Builds the client unless its sources are those of the last build. Returns whether it built. */
export async function buildClient(signal?: AbortSignal): Promise<boolean> {
  const hash = hashSources()
  const built = existsSync(join(CLIENT_DIRECTORY, 'index.html')) && existsSync(HASH_FILE)
  if (built && readFileSync(HASH_FILE, 'utf8') === hash) return false
  mkdirSync(LOGS, { recursive: true })
  mkdirSync(dirname(HASH_FILE), { recursive: true })
  const vite = join(CLONE, 'client', 'node_modules', 'vite', 'bin', 'vite.js')
  const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: join(CLONE, 'client'),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(signal && { signal }),
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const log = join(LOGS, 'client-build.log')
  writeFileSync(log, output)
  if (code !== 0) throw new StartError(`The client could not be built: see ${log}.`)
  writeFileSync(HASH_FILE, hash)
  return true
}

function hashSources(): string {
  const hash = createHash('sha256')
  for (const file of globSync(SOURCES, { cwd: CLONE }).toSorted()) {
    const path = join(CLONE, file)
    if (!statSync(path).isFile() || file.endsWith('.test.ts')) continue
    hash.update(`${file}\0`).update(readFileSync(path)).update('\0')
  }
  return hash.digest('hex')
}
