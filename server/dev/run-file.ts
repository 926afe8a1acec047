import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandLine, isRunning } from './child-process.ts'
import { SEATCAST } from './clone.ts'
import { StartError } from '../src/lifecycle/service.ts'

/** Says that this clone runs, where, and as which process; left behind by a crash. */
const FILE = join(SEATCAST, 'running.json')

interface Run {
  readonly pid: number
  readonly url: string
}

export interface Claim {
  /** An earlier run died without giving the clone back: its processes may be about to end. */
  readonly afterCrash: boolean
  release(): void
}

/** Takes the clone for this process; refused while another start of the same clone runs. */
export function claimClone(url: string): Claim {
  const earlier = readRun()
  if (earlier !== null && isRunning(earlier.pid) && commandLine(earlier.pid).includes('start.ts'))
    throw new StartError(
      `Seatcast runs already in this clone, at ${earlier.url}: stop it with Ctrl-C first (pid ${earlier.pid}).`,
    )
  const afterCrash = existsSync(FILE)
  rmSync(FILE, { force: true })
  // `wx`: of two starts at one moment, one gets the clone.
  writeFileSync(FILE, JSON.stringify({ pid: process.pid, url } satisfies Run), { flag: 'wx' })
  return { afterCrash, release: () => rmSync(FILE, { force: true }) }
}

function readRun(): Run | null {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8')) as Run
  } catch {
    return null // there is none, or half of one
  }
}
