import { createHmac, hkdfSync } from 'node:crypto'
import { toBase32 } from '../tickets/base32.ts'

/** How friends come in. */
export interface Invitation {
  /** Of the link's path: 144 bits. */
  readonly secret: string
  /** To read out: 40 bits, `ABCD-EFGH`. */
  readonly code: string
}

/** What is stored of an invitation, for looking it up: nobody who reads it can make one. */
export interface InvitationHashes {
  readonly link: Buffer
  readonly code: Buffer
}

/** Derives invitations from the server's key, a group and its round, so that nothing of them is stored in clear. */
export interface Invitations {
  of(groupId: string, round: number): Invitation
  hashes(invitation: Invitation): InvitationHashes
  /** Of what somebody typed or tapped: once read as a link's secret, once as a short code. The same work for any text. */
  hashesOf(text: string): InvitationHashes
}

/** Where a link leads on this origin. */
export const invitationPath = (secret: string): string => `/g/${secret}`

/** Source: issue "group booking" asks for unguessable; a link is guessed by nobody in 2^144. */
const SECRET_BYTES = 18
/** 8 letters of 5 bits. Source: what can be read out; guesses are counted (code-attempts.ts). */
const CODE_BYTES = 5
const CODE_LETTERS = 8

export function invitations(tokenSecret: string): Invitations {
  const key = Buffer.from(hkdfSync('sha256', tokenSecret, '', 'seatcast group invitations', 32))
  const mac = (...parts: readonly string[]) => createHmac('sha256', key).update(JSON.stringify(parts)).digest()
  const hashesOf = (text: string): InvitationHashes => ({
    link: mac('link hash', text),
    code: mac('code hash', plainCode(text)),
  })
  return {
    of(groupId, round) {
      const letters = toBase32(mac('code', groupId, String(round)).subarray(0, CODE_BYTES))
      return {
        secret: mac('link', groupId, String(round)).subarray(0, SECRET_BYTES).toString('base64url'),
        code: `${letters.slice(0, 4)}-${letters.slice(4)}`,
      }
    },
    hashes: ({ secret, code }) => ({ link: hashesOf(secret).link, code: hashesOf(code).code }),
    hashesOf,
  }
}

/** Whether a text can only be meant as a short code: a link's secret is three times as long. */
export const looksLikeCode = (text: string): boolean => plainCode(text).length === CODE_LETTERS

/** A code in any case, with or without its hyphen; O for 0, I and L for 1. */
function plainCode(text: string): string {
  return text
    .toUpperCase()
    .replaceAll(/[\s\p{Dash}]/gu, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1')
}
