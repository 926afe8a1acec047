import { expect, test } from 'vitest'
import { invitations } from './invitations.ts'
import { checkedName, nextDefaultName } from './names.ts'

const SECRET = 'a secret of this test 0123456789 0123456789'
const GROUP = '0192f3a0-0000-7000-8000-000000000001'

test('[G8] a link has 144 bits and a code 40, both of the server’s key, the group and the round', () => {
  const { secret, code } = invitations(SECRET).of(GROUP, 1)
  expect(Buffer.from(secret, 'base64url')).toHaveLength(18)
  expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/)
  expect(invitations(SECRET).of(GROUP, 1)).toEqual({ secret, code })
  const others = [invitations(SECRET).of(GROUP, 2), invitations(`${SECRET}.`).of(GROUP, 1)]
  for (const other of others) expect([other.secret, other.code]).not.toContain(secret)
  expect(new Set([code, ...others.map((other) => other.code)]).size).toBe(3)
})

test('a code is the same however it is typed; a link is not', () => {
  const codes = invitations(SECRET)
  const invitation = codes.of(GROUP, 1)
  const { code, link } = codes.hashes(invitation)
  const plain = invitation.code.replace('-', '')
  const typed = [plain, plain.toLowerCase(), ` ${invitation.code} `, `${plain.slice(0, 4)} – ${plain.slice(4)}`]
  for (const text of typed) expect(codes.hashesOf(text).code.equals(code), text).toBe(true)
  const confused = plain.replaceAll('0', 'o').replaceAll('1', 'l')
  expect(codes.hashesOf(confused).code.equals(code)).toBe(true)
  expect(codes.hashesOf(invitation.secret).link.equals(link)).toBe(true)
  expect(codes.hashesOf(invitation.secret.toUpperCase()).link.equals(link)).toBe(false)
  expect(codes.hashesOf(invitation.secret).code.equals(code)).toBe(false)
})

test('names are what people typed, without what harms a page or a terminal', () => {
  expect(checkedName('  김 하나 ')).toBe('김 하나')
  for (const bad of ['', '  ', 'a\nb', 'a\u0000', '\u202eevil', 'x'.repeat(41)])
    expect(() => checkedName(bad), JSON.stringify(bad)).toThrow('BAD_REQUEST')
  expect(checkedName('🙂'.repeat(40))).toHaveLength(80)
})

test('who gives no name is numbered, and no number is given twice', () => {
  expect(nextDefaultName(['Host'])).toBe('#2')
  expect(nextDefaultName(['Host', '#3'])).toBe('#4')
  expect(nextDefaultName(['Host', '#2'])).toBe('#3')
})
