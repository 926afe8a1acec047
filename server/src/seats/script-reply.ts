/** Thrown when a script replies with what its header does not list. */
export class BadReplyError extends Error {
  override readonly name = 'BadReplyError'

  constructor(reply: unknown) {
    super(`a script replied ${JSON.stringify(reply)?.slice(0, 200) ?? 'nothing'}`)
  }
}

/** A reply of several values. */
export function listed(reply: unknown): readonly unknown[] {
  if (!Array.isArray(reply)) throw new BadReplyError(reply)
  return reply
}

/** A text at a place of a reply. */
export function textIn(reply: readonly unknown[], place: number): string {
  const value = reply[place]
  if (typeof value !== 'string') throw new BadReplyError(reply)
  return value
}

/** A number at a place of a reply; scripts send counters as numbers or, from a hash, as texts. */
export function numberIn(reply: readonly unknown[], place: number): number {
  const value = reply[place]
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : Number.NaN
  if (!Number.isFinite(number)) throw new BadReplyError(reply)
  return number
}

/** A list of seats inside a reply, as JSON: Lua would turn an empty list into an object. */
export function seatsIn(reply: readonly unknown[], place: number): number[] {
  return JSON.parse(textIn(reply, place)) as number[]
}

/**
 * Reads a reply that may be a remembered one: `REPEATED` with the script's own reply (JSON) and, after a line's end, the final
 * acknowledgement that was given then, when one was kept (H9, remember-answer.lua).
 */
export function repeatable<Outcome extends object>(
  reply: unknown,
  outcomeOf: (reply: readonly unknown[]) => Outcome,
): Outcome & { readonly remembered?: string } {
  if (!Array.isArray(reply)) throw new BadReplyError(reply)
  if (reply[0] !== 'REPEATED') return outcomeOf(reply)
  const told = textIn(reply, 1)
  const end = told.indexOf('\n')
  if (end === -1) return outcomeOf(JSON.parse(told) as unknown[])
  return { ...outcomeOf(JSON.parse(told.slice(0, end)) as unknown[]), remembered: told.slice(end + 1) }
}
