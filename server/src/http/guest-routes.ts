import { createHmac } from 'node:crypto'
import { Guest } from '@seatcast/shared/protocol/http.ts'
import type { Db } from '../database/client.ts'
import { newId } from '../database/uuid.ts'
import type { App } from './app-instance.ts'
import type { AccessTokens } from './authentication.ts'
import { callerAddress, hashedAddress } from './caller-address.ts'
import type { GuestLimit } from './guest-limit.ts'
import { IdempotencyHeaders, replyOnce } from './idempotency.ts'
import { RefusalError } from './refusal.ts'

export interface GuestRouteOptions {
  readonly db: Db
  readonly tokens: AccessTokens
  readonly guestTokenSeconds: number
  readonly limit: GuestLimit
  readonly trustProxy: boolean
  /** Key for hashing addresses. */
  readonly addressSecret: string
}

/**
 * A buyer without an account: a new id and its token. Nothing is stored, unless an Idempotency-Key asks for the same guest
 * again: then the id is, under the key and the hashed address, and each answer has a fresh token.
 */
export function guestRoutes(app: App, options: GuestRouteOptions): void {
  const { db, tokens, guestTokenSeconds, limit, trustProxy, addressSecret } = options
  const guestOf = async (userId: string): Promise<Guest> => {
    const token = await tokens.issueToken({ userId, role: 'guest', seconds: guestTokenSeconds })
    return { userId, token, expiresInSeconds: guestTokenSeconds }
  }
  app.post(
    '/api/guests',
    {
      schema: {
        tags: ['buyers'],
        summary: 'Become a guest',
        headers: IdempotencyHeaders,
        response: { 201: Guest },
      },
    },
    async (request, reply) => {
      const address = hashedAddress(callerAddress(request.raw, trustProxy), addressSecret)
      const retryInMs = await limit(address)
      if (retryInMs > 0) throw new RefusalError('RATE_LIMITED', { retryInMs })
      reply.header('cache-control', 'no-store')
      const userId = newId()
      if (request.headers['idempotency-key'] === undefined) return reply.code(201).send(await guestOf(userId))
      const { method, url, headers } = request
      const identity = { userId: keeperOf(address, addressSecret), roles: [], expiresAtSeconds: 0 }
      await replyOnce(
        db,
        { method, url, headers, identity },
        reply,
        JSON.stringify(request.body ?? null),
        () => Promise.resolve({ status: 201, answer: { userId } }),
        (answer) => guestOf(answer.userId),
      )
      return reply
    },
  )
}

/** Idempotency keys belong to a user id; those of an address belong to this one, which nobody is. */
function keeperOf(address: string, secret: string): string {
  const hex = createHmac('sha256', secret).update(`guests of ${address}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}
