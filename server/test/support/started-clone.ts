import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { exited, isRunning } from '../../dev/child-process.ts'
import { CLONE } from '../../dev/clone.ts'
import { reachableDirectory } from '../../dev/database-account.ts'

/** A `.seatcast` folder of a test's own, which PostgreSQL's account can enter. */
export interface TestFolder {
  readonly path: string
  remove(): void
}

export function testFolder(mode = 0o755): TestFolder {
  const path = mkdtempSync(join(tmpdir(), 'seatcast-start-'))
  chmodSync(path, mode)
  return {
    path,
    remove() {
      for (const directory of [path, reachableDirectory(path)]) rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** `npm start` as a process, without npm around it. */
export class StartedClone {
  readonly process: ChildProcess
  readonly #folder: string
  stdout = ''
  stderr = ''

  constructor(folder: TestFolder, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.#folder = folder.path
    this.process = spawn(process.execPath, ['server/dev/start.ts', ...args], {
      cwd: CLONE,
      env: {
        ...process.env,
        PORT: '',
        WORKERS: '',
        DATABASE_URL: undefined,
        REDIS_URL: undefined,
        ...env,
        SEATCAST_DIRECTORY: folder.path,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    this.process.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()))
    this.process.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()))
  }

  /** The printed URL, once it is printed. */
  async url(): Promise<URL> {
    while (true) {
      const url = /http:\S+/.exec(this.stdout)
      if (url !== null) return new URL(url[0])
      if (this.process.exitCode !== null) throw new Error(`it ended: ${this.stdout}${this.stderr}`)
      await delay(50)
    }
  }

  /** The exit code, once it ended by itself. */
  async exitCode(): Promise<number | null> {
    await exited(this.process)
    return this.process.exitCode
  }

  /** Every process of this clone that runs, however it was left behind: its command line by process id. */
  processes(): Map<number, string> {
    const all = new Map<number, { parent: number; command: string; ours: boolean }>()
    for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
      const pid = Number(name)
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
        const environment = readFileSync(`/proc/${name}/environ`, 'utf8')
        const parent = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1])
        const ours = pid !== process.pid && (command + environment).includes(this.#folder)
        if (isRunning(pid)) all.set(pid, { parent, command, ours })
      } catch {
        continue // it ended while it was looked at
      }
    }
    const isOurs = (pid: number): boolean => {
      const entry = all.get(pid)
      return entry !== undefined && (entry.ours || isOurs(entry.parent))
    }
    return new Map([...all].filter(([pid]) => isOurs(pid)).map(([pid, { command }]) => [pid, command]))
  }

  /** The process ids whose command line matches. */
  pidsOf(command: RegExp): number[] {
    return [...this.processes()].filter(([, line]) => command.test(line)).map(([pid]) => pid)
  }
}
