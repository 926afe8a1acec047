import { ask, pause } from './http-api.ts'
import { ALLOW_NO_AUDIT, ORGANISER_TOKEN, ORIGIN } from './knobs.ts'
import { auditViolations, verdictMissing } from './metrics.ts'
import { closeSale, type Sale, timeLeft } from './sale.ts'

interface Audit {
  readonly ok: boolean
  readonly checks: readonly {
    readonly name: string
    readonly rule: string
    readonly count: number
    readonly examples: readonly string[]
  }[]
}

/** How often and how long a finding may take to be found wrong: an order that changes while the audit looks is none, ms. */
const LOOK_AGAIN = { times: 3, afterMs: 1_000 } as const

/**
 * Asks the audit now and then until the run's end: what was wrong for a moment is told too, and a log that is longer than the
 * server keeps is looked at in parts. `everySeconds` 0: never.
 */
export async function inspect(sale: Sale, everySeconds: number): Promise<void> {
  if (everySeconds === 0 || ORGANISER_TOKEN === '') return
  for (;;) {
    await pause(Math.min(everySeconds * 1_000, timeLeft(sale)))
    if (timeLeft(sale) <= 0) return
    const { code, body } = await ask<Audit>('GET', auditOf(sale), { token: ORGANISER_TOKEN, name: 'audit' })
    if (code === 'OK' && !body.ok) for (const check of body.checks) report(check)
  }
}

/** k6's teardown: asks the audit what must never be, counts each finding, and closes the sale. */
export async function judge(sale: Sale): Promise<void> {
  await askForVerdict(sale)
  await closeSale(sale)
}

async function askForVerdict(sale: Sale): Promise<void> {
  if (ORGANISER_TOKEN === '') return nobodyToAsk('there is no SEATCAST_ORGANISER_TOKEN')
  for (let look = 1; ; look++) {
    const { code, body } = await ask<Audit>('GET', auditOf(sale), { token: ORGANISER_TOKEN, name: 'audit' })
    if (code === 'OK' && body.ok) return
    if (look < LOOK_AGAIN.times) {
      await pause(LOOK_AGAIN.afterMs)
      continue
    }
    if (code !== 'OK') return nobodyToAsk(`${auditOf(sale)} answered ${code}`)
    for (const check of body.checks) report(check)
    return
  }
}

const auditOf = (sale: Sale): string => `/api/admin/audit/${sale.performanceId}`

function report({ name, rule, count, examples }: Audit['checks'][number]): void {
  if (count === 0) return
  auditViolations.add(count, { check: name })
  console.error(`AUDIT ${name}: ${count} times not "${rule}"`)
  for (const example of examples) console.error(`  ${example}`)
}

/** Latency alone never passes a run. */
function nobodyToAsk(reason: string): void {
  if (ALLOW_NO_AUDIT)
    return console.warn(`The audit of ${ORIGIN} was not asked: ${reason}. ALLOW_NO_AUDIT lets it pass.`)
  verdictMissing.add(1)
  console.error(`The audit of ${ORIGIN} was not asked: ${reason}. This run proves nothing but its latencies.`)
}
