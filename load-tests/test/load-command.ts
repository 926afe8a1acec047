import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { exited } from '../../server/dev/child-process.ts'
import { CLONE } from '../../server/dev/clone.ts'
import { findK6 } from '../run/find-k6.ts'
import type { RunResult } from '../run/result.ts'
import { childrenOf } from '../system/process-facts.ts'

/** Whether there is a k6 to test with; when there is none it is said, so that nobody takes silence for proof. */
export function k6IsThere(what: string): boolean {
  const found = findK6() !== null
  if (!found) console.warn(`\n*** SKIPPED, there is no k6: ${what}. npm run load -- k6 says how to get it. ***\n`)
  return found
}

/** `npm run load` as a process, without npm around it; its results go to a folder of the test's own. */
export class LoadCommand {
  readonly process: ChildProcess
  readonly directory = mkdtempSync(join(tmpdir(), 'seatcast-load-results-'))
  output = ''

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const out = args[0] === 'compare' ? [] : ['--out', this.directory]
    this.process = spawn(process.execPath, ['load-tests/run/main.ts', ...args, ...out], {
      cwd: CLONE,
      env: { ...process.env, SEATCAST_URL: '', SEATCAST_PLANTED_BUG: '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    this.process.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()))
    this.process.stderr?.on('data', (chunk: Buffer) => (this.output += chunk.toString()))
  }

  /** Resolves once it has written this; rejects when it ends without. */
  async says(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.output)) {
      if (this.process.exitCode !== null) throw new Error(`it ended without saying ${pattern}:\n${this.output}`)
      await delay(50)
    }
  }

  async exitCode(): Promise<number | null> {
    await exited(this.process)
    return this.process.exitCode
  }

  /** Every process under it now. */
  family(pid = this.process.pid ?? 0): number[] {
    return childrenOf(pid).flatMap((child) => [child, ...this.family(child)])
  }

  files(ending: string): string[] {
    return readdirSync(this.directory)
      .filter((file) => file.endsWith(ending))
      .toSorted()
      .map((file) => join(this.directory, file))
  }

  results(): RunResult[] {
    return this.files('.json').map((file) => JSON.parse(readFileSync(file, 'utf8')) as RunResult)
  }

  async end(): Promise<void> {
    this.process.kill('SIGTERM')
    await exited(this.process)
    rmSync(this.directory, { recursive: true, force: true })
  }
}
