import type { Problem } from '@seatcast/shared/protocol/http.ts'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { isStoreUnavailable } from '../database/unavailable.ts'
import { FAULT, problemOf, RefusalError } from './refusal.ts'
import { isInvalid } from './validation.ts'

/** Turns whatever a route or Fastify threw into a problem: refusal -> its status, bad input -> 4xx, fault -> 500. */
export function replyWithProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = refusalOf(error)
  if (refusal !== undefined) return sendProblem(reply, problemOf(refusal))
  request.log.error({ err: error, method: request.method, route: request.routeOptions.url }, 'request failed')
  return sendProblem(reply, FAULT)
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.retryInMs !== undefined) {
    void reply.header('retry-after', String(Math.max(1, Math.ceil(problem.retryInMs / 1_000))))
  }
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer')
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(problem)
}

function refusalOf(error: unknown): RefusalError | undefined {
  if (error instanceof RefusalError) return error
  if (isInvalid(error)) return new RefusalError('BAD_REQUEST', { errors: error.errors })
  if (isStoreUnavailable(error)) return new RefusalError('UNAVAILABLE')
  // Fastify's own: malformed JSON, wrong content type, body too large, undecodable URL.
  const { statusCode, code } = (error ?? {}) as Partial<FastifyError>
  if (statusCode === undefined || statusCode < 400 || statusCode > 499) return undefined
  return new RefusalError(statusCode === 404 ? 'NOT_FOUND' : 'BAD_REQUEST', {
    errors: [{ path: '', message: WORDS[code ?? ''] ?? 'the request is malformed' }],
  })
}

const WORDS: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'the body is too large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'the content type is not application/json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'the body is empty',
  FST_ERR_CTP_INVALID_JSON_BODY: 'the body is not JSON',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'the body is not as long as content-length says',
  FST_ERR_BAD_URL: 'the URL cannot be decoded',
}
