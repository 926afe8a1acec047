/** Thrown when a script replies with what its header does not list. */
export class BadReplyError extends Error {
  override readonly name = 'BadReplyError'

  constructor(reply: unknown) {
    super(`a script replied ${JSON.stringify(reply)?.slice(0, 200) ?? 'nothing'}`)
  }
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
