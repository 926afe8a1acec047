import { randomUUID } from 'node:crypto'
import type { Role } from '@seatcast/shared/protocol/account.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { SignJWT, UnsecuredJWT } from 'jose'
import { expect, test } from 'vitest'
import { accessTokens, guards, type Guards, type Identity } from './authentication.ts'
import { RefusalError } from './refusal.ts'

const SECRET = 'a-secret-for-tests-0123456789-abcdef'
const tokens = accessTokens(SECRET)
const userId = randomUUID()

const signed = (claims: Record<string, unknown>, { secret = SECRET, alg = 'HS256' } = {}) =>
  new SignJWT({ sub: userId, iss: 'seatcast', aud: 'seatcast', roles: ['guest'], exp: 4_000_000_000, ...claims })
    .setProtectedHeader({ alg })
    .sign(new TextEncoder().encode(secret.padEnd(64, '.').slice(0, secret === SECRET ? SECRET.length : 64)))

test('a token says who it was issued to, as what, and until when', async () => {
  const token = await tokens.issueToken({ userId, role: 'organiser', seconds: 60 })
  const identity = await tokens.readToken(token)
  expect(identity).toMatchObject({ userId, roles: ['organiser'] })
  expect(identity?.expiresAtSeconds).toBeGreaterThan(Date.now() / 1_000 + 50)
})

test('the tokens of these tests are good when nothing is changed', async () => {
  expect(await tokens.readToken(await signed({}))).toMatchObject({ userId })
})

test('nothing else is a token: forged, expired, for others, unsigned, another algorithm, garbage', async () => {
  const [header = '', , signature = ''] = (await signed({})).split('.')
  const payload = Buffer.from(JSON.stringify({ sub: userId, roles: ['organiser'] })).toString('base64url')
  const refused = [
    await signed({}, { secret: 'another-secret-0123456789-abcdefghij' }),
    await signed({ exp: Math.floor(Date.now() / 1_000) - 1 }),
    await signed({ exp: undefined }),
    await signed({ iss: 'somebody' }),
    await signed({ aud: 'somebody' }),
    await signed({ sub: 'no-uuid' }),
    await signed({ sub: undefined }),
    await signed({ roles: 'organiser' }),
    await signed({}, { alg: 'HS384' }),
    new UnsecuredJWT({
      sub: userId,
      iss: 'seatcast',
      aud: 'seatcast',
      roles: ['organiser'],
      exp: 4_000_000_000,
    }).encode(),
    `${header}.${payload}.${signature}`,
    '',
    'a.b.c',
    'null',
    'x'.repeat(100_000),
  ]
  for (const token of refused) expect(await tokens.readToken(token), token.slice(0, 80)).toBeUndefined()
})

test('an unknown role gives no rights', async () => {
  expect(await tokens.readToken(await signed({ roles: ['owner', 'guest'] }))).toMatchObject({ roles: ['guest'] })
})

test('a token carries several roles, and the guards of routes look for theirs', async () => {
  const { identifyUser, requireStaff, requireOrganiser } = guards(tokens)
  const codeOf = async (guard: Guards['requireUser'], roles: readonly Role[] | undefined, token?: string) => {
    const given = roles === undefined ? token : await tokens.issueToken({ userId, role: roles, seconds: 60 })
    const request = { headers: given === undefined ? {} : { authorization: `Bearer ${given}` }, identity: null }
    try {
      await guard(request as unknown as FastifyRequest, {} as FastifyReply)
      return (request.identity as Identity | null)?.roles ?? 'nobody'
    } catch (error) {
      return error instanceof RefusalError ? error.code : error
    }
  }
  expect(await codeOf(requireStaff, ['user', 'staff'])).toEqual(['user', 'staff'])
  expect(await codeOf(requireStaff, ['user', 'organiser'])).toEqual(['user', 'organiser'])
  expect(await codeOf(requireOrganiser, ['user', 'staff'])).toBe('FORBIDDEN')
  expect(await codeOf(requireStaff, ['guest'])).toBe('FORBIDDEN')
  expect(await codeOf(requireStaff, [])).toBe('FORBIDDEN')
  expect(await codeOf(requireStaff, undefined)).toBe('UNAUTHENTICATED')
  expect(await codeOf(identifyUser, undefined)).toBe('nobody')
  expect(await codeOf(identifyUser, undefined, 'forged')).toBe('UNAUTHENTICATED')
  expect(await codeOf(identifyUser, ['guest'])).toEqual(['guest'])
})

test('a token that was good before ends when it says, and nothing like it is taken for it', async () => {
  const token = await tokens.issueToken({ userId, role: 'guest', seconds: 2 })
  expect(await tokens.readToken(token)).toMatchObject({ userId })
  expect(await tokens.readToken(token)).toMatchObject({ userId })
  expect(await tokens.readToken(`${token.slice(0, -2)}xx`)).toBeUndefined()
  expect(await accessTokens(`${SECRET}-other`).readToken(token)).toBeUndefined()
  await new Promise((resolve) => setTimeout(resolve, 2_050))
  expect(await tokens.readToken(token)).toBeUndefined()
})
