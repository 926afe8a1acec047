import { MEMBER_NAME_LENGTH_MAX } from '@seatcast/shared/domain/limits.ts'
import { badRequest } from './group-parts.ts'

/** The flag of a part of a country: a black flag, its letters as unseen signs, and the end. Source: Unicode UTS #51. */
const FLAG = /\u{1f3f4}[\u{e0030}-\u{e007a}]{3,6}\u{e007f}/gu
/** What nobody sees: controls and formats (but those that join letters and signs), separators of lines, half characters. */
const UNPRINTABLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cn}\p{Co}]/u
/** Letters and marks that look like nothing. */
const BLANK = /[\p{Z}\p{Cf}\p{M}\u115f\u1160\u2800\u3164\uffa0]/gu

/** A name as it is kept, or the refusal of one that is empty, too long, looks empty or has what nobody sees. */
export function checkedName(given: string): string {
  const name = given.toWellFormed().normalize('NFC').trim()
  // Code points, as PostgreSQL counts.
  const { length } = Array.from(name)
  if (
    length > MEMBER_NAME_LENGTH_MAX ||
    UNPRINTABLE.test(name.replaceAll(FLAG, '\u{1f3f4}')) ||
    name.replaceAll(BLANK, '') === ''
  )
    throw badRequest('/name', `must be 1 to ${MEMBER_NAME_LENGTH_MAX} printable characters`)
  return name
}

/** A name that nobody in the group has, in any case: somebody's gets ` 2`, ` 3` and so on, so that nobody passes for another. */
export function freeName(name: string, taken: readonly string[]): string {
  const known = new Set(taken.map(plain))
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '' : ` ${number}`
    const start = Array.from(name).slice(0, MEMBER_NAME_LENGTH_MAX - suffix.length)
    const free = number === 1 ? name : `${start.join('').trimEnd()}${suffix}`
    if (!known.has(plain(free))) return free
  }
}

const plain = (name: string): string => name.normalize('NFKC').toLowerCase()

/** What somebody is called who gave no name: `#2` and so on, which clients say in the reader's language ("Friend 2"). */
export function nextDefaultName(taken: readonly string[]): string {
  for (let number = taken.length + 1; ; number++) if (!taken.includes(`#${number}`)) return `#${number}`
}
