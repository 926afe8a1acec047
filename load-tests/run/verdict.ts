import { setTimeout as delay } from 'node:timers/promises'
import { auditFault, type AuditReply, auditWarning } from '../lib/seatcast/verdict-rules.ts'
import type { Verdict } from './result.ts'

/** How often the audit is asked until all is well, and the pause before, ms: what is on its way to PostgreSQL looks wrong for a moment. */
const ASK = { times: 2, pauseMs: 1_000 } as const
/** An audit of a large hall with a long log takes some seconds. */
const ANSWER_PATIENCE_MS = 30_000

/**
 * Asks the audit route when the run is over. A violation counts when it is still there after some seconds of quiet; no
 * answer is no verdict, nor is one of an audit that did not make every check.
 */
export async function askVerdict(
  origin: string,
  token: string,
  performanceId: string,
  signal: AbortSignal,
): Promise<Verdict> {
  try {
    let reply = await audit(origin, token, performanceId, signal)
    for (let asked = 1; !reply.ok && asked < ASK.times; asked += 1) {
      await delay(ASK.pauseMs, undefined, { signal })
      reply = await audit(origin, token, performanceId, signal)
    }
    return { asked: true, ok: reply.ok, checks: reply.checks, fault: auditFault(reply), warning: auditWarning(reply) }
  } catch (error) {
    if (signal.aborted) return INTERRUPTED
    return { ...NO_VERDICT, fault: error instanceof Error ? error.message : String(error) }
  }
}

export const NO_VERDICT: Verdict = { asked: false, ok: false, checks: [], fault: null, warning: null }
const INTERRUPTED: Verdict = { ...NO_VERDICT, fault: 'the run was interrupted' }

async function audit(origin: string, token: string, performanceId: string, signal: AbortSignal): Promise<AuditReply> {
  const response = await fetch(`${origin}/api/admin/audit/${performanceId}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_PATIENCE_MS)]),
  })
  if (!response.ok)
    throw new Error(`the audit route answered ${response.status}: ${(await response.text()).slice(0, 300)}`)
  return (await response.json()) as AuditReply
}
