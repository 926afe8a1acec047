import { MEMBER_NAME_LENGTH_MAX } from '@seatcast/shared/domain/limits.ts'
import { badRequest } from './group-parts.ts'

/** What nobody sees: controls and formats (but those that join letters and signs), separators of lines, half characters. */
const UNPRINTABLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cn}\p{Co}]/u
/** Letters and marks that look like nothing. */
const BLANK = /[\p{Z}\p{Cf}\p{M}\u115f\u1160\u2800\u3164\uffa0]/gu

/** A name as it is kept, or the refusal of one that is empty, too long, looks empty or has what nobody sees. */
export function checkedName(given: string): string {
  const name = given.toWellFormed().normalize('NFC').trim()
  // Code points, as PostgreSQL counts.
  const { length } = Array.from(name)
  if (length > MEMBER_NAME_LENGTH_MAX || UNPRINTABLE.test(name) || name.replaceAll(BLANK, '') === '')
    throw badRequest('/name', `must be 1 to ${MEMBER_NAME_LENGTH_MAX} printable characters`)
  return name
}

/** What somebody is called who gave no name: `#2` and so on, which clients say in the reader's language ("Friend 2"). */
export function nextDefaultName(taken: readonly string[]): string {
  for (let number = taken.length + 1; ; number++) if (!taken.includes(`#${number}`)) return `#${number}`
}
