/** What must hold whatever the load; each is a counter that must stay 0, with what it means when it does not. */
export const INVARIANTS = {
  audit_violations: 'the audit found what must never be: its checks say what',
  verdict_missing: 'nobody could ask the audit: set SEATCAST_ORGANISER_TOKEN, or ALLOW_NO_AUDIT=1 if that is all right',
  map_differs: "the map of a watcher, or of a buyer of the sample, ended different from the server's",
  gaps: 'a frame was missing on a connection that was never lost',
  own_seat_lost: "a held seat was freed, sold or refused before its hold's deadline, and not by its buyer",
  seat_given_twice:
    "two sockets of one virtual user were told at the same time that they have one seat (of all users: the audit's hold_history)",
  hold_ended_early: 'a hold ended before its deadline',
  money_differs: "an order's amount or a wallet's balance is not the sum of its seats' prices",
  forgery_accepted: 'a forged token, or what belongs to somebody else, was accepted',
  group_half_sold: 'a group has some of its seats sold and others not',
} as const satisfies Record<string, string>

export type InvariantName = keyof typeof INVARIANTS

/** Checks that an audit must have made to be one; others count in the sum. Source: server/src/audit. */
export const AUDIT_CHECKS = [
  'seat_states',
  'holds',
  'buyers',
  'buyer_limit',
  'groups',
  'deadlines',
  'revisions',
  'replay',
  'hold_history',
  'hold_ends',
  'blocked',
  'one_order_per_seat',
  'order_seats',
  'ordered_counts',
  'outbox',
  'groups_whole',
  'group_seats',
  'captured_payments',
  'money',
  'ledger',
] as const

/** What the audit route says, as far as it is judged. */
export interface AuditReply {
  readonly ok: boolean
  /** The oldest change that the log still has; 0: none. */
  readonly oldestRevision?: number
  readonly checks: readonly {
    readonly name: string
    readonly rule: string
    readonly count: number
    readonly examples: readonly string[]
  }[]
}

/** Why a reply is no verdict, whatever it says; null: it is one. An audit that checked nothing found nothing. */
export function auditFault({ ok, checks }: AuditReply): string | null {
  const made = new Set(checks.map(({ name }) => name))
  const missing = AUDIT_CHECKS.filter((name) => !made.has(name))
  if (missing.length > 0) return `the audit did not check ${missing.join(', ')}`
  return !ok && checks.every(({ count }) => count === 0) ? 'the audit is not content and does not say why' : null
}

/** What an audit could not see; null: it saw everything. */
export const auditWarning = ({ oldestRevision = 0 }: AuditReply): string | null =>
  oldestRevision > 1 ? `the log begins at revision ${oldestRevision}: what was before was not audited` : null

/** Limits of every run beside its own, and what they mean. */
export const COMMON_LIMITS = {
  http_failures: { condition: 'count==0', text: 'a request was answered with a fault or not at all' },
  unanswered: { condition: 'count==0', text: 'a command got no acknowledgement within 10 s' },
  hold_ended_late: { condition: 'count==0', text: 'a hold was seen more than 2 s after its deadline' },
  visits_broken: { condition: 'count==0', text: 'a user broke with an error, or a watcher never got in: see the log' },
  maps_unchecked: { condition: 'count==0', text: "a client's map could not be compared with the server's" },
} as const satisfies Record<string, Limit>

export interface Limit {
  /** All of them, when there are several. */
  readonly condition: string | readonly string[]
  /** For people: what it means when it fails. */
  readonly text: string
}
export type Limits = Readonly<Record<string, Limit>>
