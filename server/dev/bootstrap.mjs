// Runs a TypeScript file with the pinned Node and packages, after installing them where they are missing or outdated:
//   node server/dev/bootstrap.mjs <file.ts> [arguments …]
// Needs nothing but Node 18 and npm, so it is plain JavaScript without dependencies.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const NODE = join(ROOT, 'node_modules', 'node', 'bin', 'node')
const PACKAGES = ['.', 'server', 'client', 'shared', 'load-tests']
/** Stands while packages are being installed, and after an installation that was interrupted. */
const INSTALLING = join(ROOT, '.seatcast', 'installing')
const NETWORK_FAULT =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|META_FETCH_FAIL/

if (Number(process.versions.node.split('.')[0]) < 18)
  fail(`Node ${process.versions.node} is too old to start with: install Node 18 or later (it then fetches its own).`)
if (!isInstalled()) install()
run(process.argv.slice(2))

function isInstalled() {
  const wanted = join(ROOT, 'pnpm-lock.yaml')
  const present = join(ROOT, 'node_modules', '.pnpm', 'lock.yaml')
  return (
    !existsSync(INSTALLING) &&
    existsSync(NODE) &&
    existsSync(present) &&
    readFileSync(present).equals(readFileSync(wanted)) &&
    PACKAGES.every((name) => existsSync(join(ROOT, name, 'node_modules')))
  )
}

function install() {
  const { packageManager } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  console.log(`Installing packages (${packageManager}) …`)
  mkdirSync(join(ROOT, '.seatcast', 'logs'), { recursive: true })
  writeFileSync(INSTALLING, '')
  const result = spawnSync('npx', ['--yes', packageManager, 'install', '--frozen-lockfile'], {
    cwd: ROOT,
    encoding: 'utf8',
    // NODE_ENV=production would leave out what the set-up needs; without a network, say so within seconds.
    env: {
      ...process.env,
      CI: 'true',
      NODE_ENV: 'development',
      npm_config_fetch_retry_mintimeout: '2000',
      npm_config_fetch_retry_maxtimeout: '5000',
    },
    shell: process.platform === 'win32',
  })
  const output = `${result.stdout ?? ''}${result.stderr ?? ''}`
  const log = join('.seatcast', 'logs', 'install.log')
  writeFileSync(join(ROOT, log), output)
  if (result.error?.code === 'ENOENT')
    fail('npm was not found: install Node with npm (https://nodejs.org) and try again.')
  if (result.status !== 0 && NETWORK_FAULT.test(output))
    fail(`The packages could not be fetched: check the network and try again (details: ${log}).`)
  if (result.status !== 0) fail(`The packages could not be installed: see ${log}.`)
  rmSync(INSTALLING)
}

function run(args) {
  const env = {
    // Kept between runs: the second one need not strip types and compile again.
    NODE_COMPILE_CACHE: join(ROOT, '.seatcast', 'compile-cache'),
    ...process.env,
    PATH: join(ROOT, 'node_modules', '.bin') + delimiter + (process.env.PATH ?? ''),
  }
  // The channel carries nothing; its end tells the program that this process died.
  const child = spawn(NODE, args, { cwd: ROOT, env, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => fail(`Node could not be started (${error.message}): delete node_modules and try again.`))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}

function fail(line) {
  console.error(line)
  process.exit(1)
}
