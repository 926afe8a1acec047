import { cpus } from 'node:os'
import type { LoadSummary } from '../lib/seatcast/load-summary.ts'
import { processFacts } from '../system/process-facts.ts'
import { round } from './chart.ts'

/** What the generator cost, and whether it, not the server, set the figures. */
export interface GeneratorShare {
  readonly cpuSeconds: number | null
  /** CPU seconds a second; null where nothing tells. */
  readonly coresMean: number | null
  readonly coresMax: number | null
  /** Of all CPU time that was used on the machine, 0 to 1. */
  readonly shareOfUsed: number | null
  /** How busy the whole machine was, 0 to 1. */
  readonly machineBusy: number
  readonly residentMbMax: number | null
  readonly usersMax: number | null
  /** Resident memory a virtual user, everything of k6 included, MB. */
  readonly mbPerUser: number | null
  readonly droppedIterations: number
  /** How far the machine's clock was moved against its own steady one, ms. */
  readonly clockStepMs: number
  /** Reasons to doubt the figures; the scenario's own (users who did not arrive, late timers, late clicks) come first. */
  readonly warnings: readonly string[]
}

/** From these on the generator is doubted. Sources: k6's own advice, a fifth of the CPU idle; a clock step that a latency would show. */
const DOUBT = { generatorCores: 0.8, machineBusy: 0.95, clockStepMs: 20 } as const

/** Watches k6's process and the machine around it, a sample a second. */
export class GeneratorWatch {
  readonly #pid: number
  readonly #first = { cpu: machineCpu(), wallMs: Date.now(), steadyMs: performance.now() }
  #last: { readonly cpuSeconds: number; readonly atMs: number } | null = null
  #usedSeconds: number | null = null
  #coresMax: number | null = null
  #residentMax: number | null = null
  #clockStepMs = 0

  constructor(pid: number) {
    this.#pid = pid
    this.sample()
  }

  /** k6's cores since the last sample; null where nothing tells, or k6 is gone. */
  sample(): { readonly cores: number | null; readonly residentMb: number | null } {
    const drift = Date.now() - this.#first.wallMs - (performance.now() - this.#first.steadyMs)
    this.#clockStepMs = Math.max(this.#clockStepMs, Math.abs(drift))
    const facts = processFacts(this.#pid)
    if (facts === null || facts.residentBytes === 0) return { cores: null, residentMb: null }
    const atMs = performance.now()
    const cores =
      this.#last === null || atMs - this.#last.atMs < 1
        ? null
        : (facts.cpuSeconds - this.#last.cpuSeconds) / ((atMs - this.#last.atMs) / 1_000)
    this.#last = { cpuSeconds: facts.cpuSeconds, atMs }
    this.#usedSeconds = facts.cpuSeconds
    if (cores !== null) this.#coresMax = Math.max(this.#coresMax ?? 0, cores)
    this.#residentMax = Math.max(this.#residentMax ?? 0, facts.residentBytes)
    return { cores, residentMb: facts.residentBytes / 2 ** 20 }
  }

  share(k6: LoadSummary | null): GeneratorShare {
    const seconds = (performance.now() - this.#first.steadyMs) / 1_000
    const cpu = machineCpu()
    const used = cpu.used - this.#first.cpu.used
    const coresMean = this.#usedSeconds === null ? null : this.#usedSeconds / seconds
    const residentMb = this.#residentMax === null ? null : this.#residentMax / 2 ** 20
    const users = k6?.generator.vusMax ?? null
    const share = {
      cpuSeconds: this.#usedSeconds === null ? null : round(this.#usedSeconds, 2),
      coresMean: coresMean === null ? null : round(coresMean, 2),
      coresMax: this.#coresMax === null ? null : round(this.#coresMax, 2),
      shareOfUsed: this.#usedSeconds === null || used <= 0 ? null : round(Math.min(1, this.#usedSeconds / used), 2),
      machineBusy: round(used / Math.max(0.01, cpu.total - this.#first.cpu.total), 2),
      residentMbMax: residentMb === null ? null : round(residentMb, 0),
      usersMax: users,
      mbPerUser: residentMb === null || users === null || users === 0 ? null : round(residentMb / users, 2),
      droppedIterations: k6?.generator.droppedIterations ?? 0,
      clockStepMs: round(this.#clockStepMs, 1),
    }
    return { ...share, warnings: warningsOf(share, k6) }
  }
}

export function warningsOf(share: Omit<GeneratorShare, 'warnings'>, k6: LoadSummary | null): string[] {
  const warnings: string[] = [...(k6?.generator.warnings ?? [])]
  const say = (when: boolean, text: string) => when && warnings.push(text)
  say(
    (share.coresMean ?? 0) > DOUBT.generatorCores * cpus().length,
    `k6 used ${share.coresMean} of ${cpus().length} cores: its own queues are in the latencies`,
  )
  say(
    share.machineBusy > DOUBT.machineBusy,
    `the machine was ${Math.round(share.machineBusy * 100)} % busy, ${percent(share.shareOfUsed)} of it the generator: latencies include the wait for a core`,
  )
  say(share.clockStepMs > DOUBT.clockStepMs, `the clock was moved by ${share.clockStepMs} ms during the run`)
  return [...new Set(warnings)]
}

const percent = (share: number | null): string => (share === null ? 'an unknown part' : `${Math.round(share * 100)} %`)

/** CPU time of the machine so far, s: of everybody, and all there was. */
function machineCpu(): { readonly used: number; readonly total: number } {
  let used = 0
  let total = 0
  for (const { times } of cpus()) {
    const busy = times.user + times.nice + times.sys + times.irq
    used += busy / 1_000
    total += (busy + times.idle) / 1_000
  }
  return { used, total }
}
