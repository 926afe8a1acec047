/** Why somebody is not in the group that they were invited to, as far as it makes a difference to them. */
export type JoinProblem =
  'NOT_FOUND' | 'IN_GROUP' | 'GROUP_FULL' | 'GROUP_BUSY' | 'LIMIT_EXCEEDED' | 'RATE_LIMITED' | 'OTHER'

const KNOWN: readonly JoinProblem[] = [
  'NOT_FOUND',
  'IN_GROUP',
  'GROUP_FULL',
  'GROUP_BUSY',
  'LIMIT_EXCEEDED',
  'RATE_LIMITED',
]

/** `code`: of the refusal. A code that cannot be one is as unknown as one that is not. */
export function joinProblem(code: string): JoinProblem {
  if (code === 'BAD_REQUEST') return 'NOT_FOUND'
  return KNOWN.find((known) => known === code) ?? 'OTHER'
}

/** Whether the same code can work later without anybody doing anything. */
export const CAN_TRY_AGAIN: Record<JoinProblem, boolean> = {
  NOT_FOUND: false,
  IN_GROUP: true,
  GROUP_FULL: true,
  GROUP_BUSY: true,
  LIMIT_EXCEEDED: true,
  RATE_LIMITED: true,
  OTHER: true,
}
