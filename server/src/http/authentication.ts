import type { UserId } from '@seatcast/shared/domain/ids.ts'
import { type Role, ROLES } from '@seatcast/shared/protocol/account.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { errors, jwtVerify, SignJWT } from 'jose'
import { isUuid } from '../database/uuid.ts'
import { RefusalError } from './refusal.ts'

/** What an access token says. Identity comes from here, never from a payload. */
export interface Identity {
  readonly userId: UserId
  readonly roles: readonly Role[]
  /** Unix seconds. */
  readonly expiresAtSeconds: number
}

/** Issues and reads HS256 access tokens. */
export interface AccessTokens {
  issueToken(claims: {
    readonly userId: UserId
    readonly role: Role | readonly Role[]
    readonly seconds: number
  }): Promise<string>
  /** undefined: forged, expired, meant for somebody else, or not a token at all. */
  readToken(token: string): Promise<Identity | undefined>
}

const ISSUER = 'seatcast'
const AUDIENCE = 'seatcast'
/** Tokens that one process remembers as good; at the limit the oldest goes. Source: a guess: 600 bytes each. */
const KNOWN_MAX = 10_000
/** Longer texts are no tokens of ours. Source: ours have about 300 characters. */
const TOKEN_LENGTH_MAX = 2_048

export function accessTokens(tokenSecret: string): AccessTokens {
  const secret = new TextEncoder().encode(tokenSecret)
  // A buyer shows the same token with every request: its signature is checked once, its end every time.
  const known = new Map<string, Identity>()
  const remember = (token: string, identity: Identity): void => {
    const [oldest] = known.keys()
    if (known.size >= KNOWN_MAX && oldest !== undefined) known.delete(oldest)
    known.set(token, identity)
  }
  return {
    issueToken: ({ userId, role, seconds }) =>
      new SignJWT({ roles: typeof role === 'string' ? [role] : role })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject(userId)
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1_000) + seconds)
        .sign(secret),
    async readToken(token) {
      if (token.length > TOKEN_LENGTH_MAX) return undefined
      const seen = known.get(token)
      if (seen !== undefined && seen.expiresAtSeconds > Math.floor(Date.now() / 1_000)) return seen
      try {
        const { payload } = await jwtVerify(token, secret, {
          algorithms: ['HS256'], // pinned: a token never chooses how it is checked
          issuer: ISSUER,
          audience: AUDIENCE,
          requiredClaims: ['sub', 'exp'],
        })
        const identity = identityOf(payload)
        if (identity !== undefined) remember(token, identity)
        return identity
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined
        throw error
      }
    },
  }
}

function identityOf(payload: { sub?: string; exp?: number; roles?: unknown }): Identity | undefined {
  const { sub, exp, roles } = payload
  if (sub === undefined || exp === undefined || !isUuid(sub) || !Array.isArray(roles)) return undefined
  const known = roles.filter((role): role is Role => ROLES.includes(role as Role))
  return { userId: sub, roles: known, expiresAtSeconds: exp }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guards; null without one, or where identifyUser met no token. */
    identity: Identity | null
  }
}

type PreHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<void>

export interface Guards {
  /** No token is fine, a bad one is 401: for routes that somebody without a token may use, too. */
  readonly identifyUser: PreHandler
  /** Any valid token, else 401. */
  readonly requireUser: PreHandler
  /** A token with the role staff or organiser, else 401 or 403. */
  readonly requireStaff: PreHandler
  /** A token with the role, else 401 or 403. */
  readonly requireOrganiser: PreHandler
}

/** Hooks for routes: use them as `onRequest`, so that nobody unknown sends a body. */
export function guards(tokens: AccessTokens): Guards {
  const requireUser: PreHandler = async (request) => {
    const token = /^Bearer ([\w.~+/=-]+)$/i.exec(request.headers.authorization ?? '')?.[1]
    const identity = token === undefined ? undefined : await tokens.readToken(token)
    if (identity === undefined) throw new RefusalError('UNAUTHENTICATED')
    request.identity = identity
  }
  const requireOneOf =
    (...roles: readonly Role[]): PreHandler =>
    async (request, reply) => {
      await requireUser(request, reply)
      if (!roles.some((role) => request.identity?.roles.includes(role))) throw new RefusalError('FORBIDDEN')
    }
  return {
    async identifyUser(request, reply) {
      if (request.headers.authorization !== undefined) await requireUser(request, reply)
    },
    requireUser,
    requireStaff: requireOneOf('staff', 'organiser'),
    requireOrganiser: requireOneOf('organiser'),
  }
}

/** The caller, behind a guard. */
export function callerOf(request: { readonly identity: Identity | null }): UserId {
  if (request.identity === null) throw new Error('a route that needs the caller has no guard')
  return request.identity.userId
}
