import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** What a process uses; Linux tells it in /proc, other systems through `ps`. */
export interface ProcessFacts {
  /** User and system time so far, s. */
  readonly cpuSeconds: number
  /** The same of its children that have ended; 0 where nothing tells. */
  readonly endedChildrenCpuSeconds: number
  readonly residentBytes: number
}

const HAS_PROC = existsSync('/proc/self/stat')
/** The kernel counts CPU time in ticks of 10 ms. */
const TICKS_PER_SECOND = 100

/** Null when the process is gone, or nothing tells. */
export function processFacts(pid: number): ProcessFacts | null {
  try {
    return HAS_PROC ? factsFromProc(pid) : factsFromPs(pid)
  } catch {
    return null // it ended while it was looked at, or there is no ps
  }
}

export function cpuSeconds(pid: number): number {
  return processFacts(pid)?.cpuSeconds ?? 0
}

/** Of a part of the system: what its processes used, and those of their children that have ended. */
export function familyCpuSeconds(pids: readonly number[]): number {
  const facts = pids.map(processFacts)
  return facts.reduce((sum, one) => sum + (one?.cpuSeconds ?? 0) + (one?.endedChildrenCpuSeconds ?? 0), 0)
}

export function residentBytes(pid: number): number {
  return processFacts(pid)?.residentBytes ?? 0
}

/** The processes that a process started and that still run. */
export function childrenOf(pid: number): number[] {
  try {
    const text = HAS_PROC
      ? readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      : execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
    return text.split(/\s+/).filter(Boolean).map(Number)
  } catch {
    return [] // it is gone; pgrep also fails when there are none
  }
}

function factsFromProc(pid: number): ProcessFacts {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    endedChildrenCpuSeconds: (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND,
    residentBytes: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1_024,
  }
}

function factsFromPs(pid: number): ProcessFacts {
  const [time = '', kilobytes = ''] = execFileSync('ps', ['-o', 'time=,rss=', '-p', String(pid)], { encoding: 'utf8' })
    .trim()
    .split(/\s+/)
  return { cpuSeconds: secondsOfPsTime(time), endedChildrenCpuSeconds: 0, residentBytes: Number(kilobytes) * 1_024 }
}

/** `[[dd-]hh:]mm:ss[.cc]`, as `ps` writes it. */
export function secondsOfPsTime(text: string): number {
  const [days, clock = ''] = text.includes('-') ? text.split('-') : ['0', text]
  return clock.split(':').reduce((seconds, part) => seconds * 60 + Number(part), 0) + Number(days) * 86_400
}
