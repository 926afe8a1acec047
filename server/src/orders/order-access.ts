import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { callerOf, type Guards, type Identity } from '../http/authentication.ts'
import type { OrderAccess } from './order-repository.ts'

/** Query of what can also be opened by an order's secret link. */
export const OrderKey = Type.Object({ key: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })) })
export type OrderKey = Static<typeof OrderKey>

/** Lets whoever shows a key go on without a token; whether it is right, `findOrder` says. */
export function orderAccess(guards: Guards): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  return async (request, reply) => {
    if ((request.query as OrderKey).key === undefined) await guards.requireUser(request, reply)
  }
}

/** By whose right the order of the path is asked for: the key's, else the token's. */
export function accessOf(request: {
  readonly params: { readonly id: string }
  readonly query?: unknown
  readonly identity: Identity | null
}): OrderAccess {
  const { id } = request.params
  const key = (request.query as OrderKey | undefined)?.key
  return typeof key === 'string' && request.identity === null ? { id, key } : { id, userId: callerOf(request) }
}
