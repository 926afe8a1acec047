import { ask, pause } from './http-api.ts'
import { ALLOW_NO_AUDIT, ORGANISER_TOKEN, ORIGIN } from './knobs.ts'
import { auditsFailed, auditViolations, verdictMissing } from './metrics.ts'
import { closeSale, type Sale, timeLeft } from './sale.ts'
import { unbroken } from './unbroken.ts'
import { auditFault, type AuditReply, auditWarning } from './verdict-rules.ts'

/** How often and how long a finding may take to be found wrong: an order that changes while the audit looks is none, ms. */
const LOOK_AGAIN = { times: 3, afterMs: 1_000 } as const

/**
 * Asks the audit now and then until the run's end: what was wrong for a moment is told too, and a log that is longer than the
 * server keeps is looked at in parts. `everySeconds` 0: never.
 */
export async function inspect(sale: Sale, everySeconds: number): Promise<void> {
  if (everySeconds > 0 && ORGANISER_TOKEN !== '') await unbroken('inspector', () => inspectToTheEnd(sale, everySeconds))
}

async function inspectToTheEnd(sale: Sale, everySeconds: number): Promise<void> {
  for (;;) {
    await pause(Math.min(everySeconds * 1_000, timeLeft(sale)))
    if (timeLeft(sale) <= 0) return
    const { code, body } = await askAudit(sale)
    if (code === 'OK' && !body.ok) for (const check of body.checks) report(check)
  }
}

/** k6's teardown: asks the audit what must never be, counts each finding, and closes the sale. */
export async function judge(sale: Sale): Promise<void> {
  try {
    await askForVerdict(sale)
  } finally {
    await closeSale(sale)
  }
}

async function askForVerdict(sale: Sale): Promise<void> {
  if (ORGANISER_TOKEN === '') return nobodyToAsk('there is no SEATCAST_ORGANISER_TOKEN')
  for (let look = 1; ; look++) {
    const { code, body } = await askAudit(sale)
    const fault = code === 'OK' ? auditFault(body) : `answered ${code}`
    if (fault === null && body.ok) return warn(body)
    if (look < LOOK_AGAIN.times) {
      await pause(LOOK_AGAIN.afterMs)
      continue
    }
    if (code === 'OK') for (const check of body.checks) report(check)
    return fault === null ? warn(body) : nobodyToAsk(`${auditOf(sale)}: ${fault}`)
  }
}

const auditOf = (sale: Sale): string => `/api/admin/audit/${sale.performanceId}`

const askAudit = (sale: Sale) => ask<AuditReply>('GET', auditOf(sale), { token: ORGANISER_TOKEN, name: 'audit' })

function warn(reply: AuditReply): void {
  const warning = auditWarning(reply)
  if (warning !== null) console.warn(`AUDIT ${warning}`)
}

function report({ name, rule, count, examples }: AuditReply['checks'][number]): void {
  if (count === 0) return
  auditViolations.add(count, { check: name })
  console.error(`AUDIT ${name}: ${count} times not "${rule}"`)
  for (const example of examples) console.error(`  ${example}`)
}

/** Latency alone never passes a run. */
function nobodyToAsk(reason: string): void {
  auditsFailed.add(1)
  if (ALLOW_NO_AUDIT)
    return console.warn(`The audit of ${ORIGIN} gave no verdict: ${reason}. ALLOW_NO_AUDIT lets it pass.`)
  verdictMissing.add(1)
  console.error(`The audit of ${ORIGIN} gave no verdict: ${reason}. This run proves nothing but its latencies.`)
}
