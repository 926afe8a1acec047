import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GroupStep } from '../../src/groups/payment/step.ts'
import type { StepName } from '../../src/orders/step.ts'
import type { PaymentStep } from '../../src/payments/payment-context.ts'
import { deathMark } from '../../src/roles/crash-step.ts'
import { type Cluster, startCluster } from './cluster.ts'
import { eventually } from './eventually.ts'
import { type RoleProcess, startRole } from './role-process.ts'

/** A whole small system whose processes can be told to die at a step: one node of one worker, a scheduler, the sandbox. */
export interface KillSystem {
  readonly cluster: Cluster
  /** The first process that comes to the first step dies there, the first that then comes to the next one there. */
  arm(steps: readonly (StepName | PaymentStep | GroupStep)[]): void
  /** All armed steps were come to. */
  whenDead(): Promise<void>
  /** Starts anew what died, and the node whatever died. */
  restart(): Promise<void>
  /** After a failure, of which nobody knows what it left behind: everything anew, nobody armed. */
  revive(): Promise<void>
  killSandbox(): Promise<void>
  startSandboxAgain(): Promise<void>
  stop(): Promise<void>
}

/** The slow card's answer: late enough to be killed before it, ms. */
const SLOW_MS = 1_500
/** The late card's, after its order was ended, ms. */
const LATE_MS = 3_000

export async function killSystem(options: { readonly ownPostgres?: boolean } = {}): Promise<KillSystem> {
  const directory = mkdtempSync(join(tmpdir(), 'seatcast-kills-'))
  const crashFile = join(directory, 'crash-at')
  const startSandbox = (port: number): Promise<RoleProcess> =>
    startRole('sandbox-payments', {
      NODE_ENV: 'development',
      DATABASE_URL: 'postgres://nobody',
      REDIS_URL: 'redis://nobody',
      LOG_LEVEL: 'warn',
      SANDBOX_PAYMENTS_PORT: String(port),
      SANDBOX_PAYMENTS_FILE: join(directory, 'payments'),
      SANDBOX_ANSWER_MS: '50',
      SANDBOX_GAP_MS: '50',
      SANDBOX_SLOW_MS: String(SLOW_MS),
      SANDBOX_LATE_MS_MAX: String(LATE_MS),
    })
  let marks: string[] = []
  let sandbox = await startSandbox(0)
  const cluster = await startCluster({
    ...options,
    nodes: 1,
    workers: 1,
    schedulers: 1,
    env: { SANDBOX_PAYMENTS_URL: `http://127.0.0.1:${sandbox.port}`, SEATCAST_CRASH_FILE: crashFile },
  })
  const disarm = () => {
    for (const file of [crashFile, ...marks]) rmSync(file, { force: true })
    marks = []
  }
  return {
    cluster,
    arm(steps) {
      disarm()
      marks = steps.map((_, line) => deathMark(crashFile, line))
      writeFileSync(`${crashFile}.new`, steps.join('\n'))
      renameSync(`${crashFile}.new`, crashFile)
    },
    whenDead: async () => void (await eventually('they died', 30_000, () => marks.every((mark) => existsSync(mark)))),
    async restart() {
      await cluster.nodes[0]?.kill()
      const dead = marks.map((mark) => Number(readFileSync(mark, 'utf8')))
      const isDead = dead.includes(cluster.schedulers[0]?.pid ?? 0)
      await Promise.all([cluster.restartNode(0), isDead && cluster.restartScheduler(0)])
    },
    async revive() {
      disarm()
      await Promise.all([cluster.nodes[0]?.kill(), cluster.schedulers[0]?.kill(), sandbox.kill()])
      sandbox = await startSandbox(sandbox.port)
      await Promise.all([cluster.restartNode(0), cluster.restartScheduler(0)])
    },
    killSandbox: () => sandbox.kill(),
    async startSandboxAgain() {
      sandbox = await startSandbox(sandbox.port)
    },
    async stop() {
      await Promise.all([cluster.stop(), sandbox.kill()])
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Lends systems out, each to one user at a time. */
export class SystemPool {
  readonly #free: KillSystem[]
  readonly #waiting: ((system: KillSystem) => void)[] = []

  constructor(systems: readonly KillSystem[]) {
    this.#free = [...systems]
  }

  async use(act: (system: KillSystem) => Promise<void>): Promise<void> {
    const system = this.#free.pop() ?? (await new Promise<KillSystem>((resolve) => this.#waiting.push(resolve)))
    try {
      await act(system)
    } catch (fault) {
      await system.revive()
      throw fault
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free.push(system)
      else next(system)
    }
  }
}
