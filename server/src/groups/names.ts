import { MEMBER_NAME_LENGTH_MAX } from '@seatcast/shared/domain/limits.ts'
import { badRequest } from './group-parts.ts'

/** A name as it is kept, or the refusal of one that is empty, too long or has control characters. */
export function checkedName(given: string): string {
  const name = given.toWellFormed().normalize('NFC').trim()
  // Code points, as PostgreSQL counts.
  const { length } = Array.from(name)
  if (length === 0 || length > MEMBER_NAME_LENGTH_MAX || /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(name))
    throw badRequest('/name', `must be 1 to ${MEMBER_NAME_LENGTH_MAX} printable characters`)
  return name
}

/** What somebody is called who gave no name: `#2` and so on, which clients say in the reader's language ("Friend 2"). */
export function nextDefaultName(taken: readonly string[]): string {
  for (let number = taken.length + 1; ; number++) if (!taken.includes(`#${number}`)) return `#${number}`
}
