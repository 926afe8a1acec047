import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import type { Db } from '../database/client.ts'
import { sentAhead } from '../database/driver.ts'
import { callerOf, type Identity } from './authentication.ts'
import { RefusalError } from './refusal.ts'

/** How long a key is remembered. Source: design, rule 9, leaves it open; a day covers every retry of a person. */
const IDEMPOTENCY_HOURS = 24

/** Headers of a POST that creates something. */
export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '^[\\u0020-\\u007e]+$',
      description: 'same key, same answer',
    }),
  ),
})
export type IdempotencyHeaders = Static<typeof IdempotencyHeaders>

export interface Effect<Answer> {
  readonly status: number
  readonly answer: Answer
}

/** What is needed of a request behind a guard. */
interface KeyedRequest {
  readonly method: string
  readonly url: string
  readonly headers: IdempotencyHeaders
  readonly identity: Identity | null
}

/** What is needed of a reply, whatever its schema types. */
interface TextReply {
  code(status: number): unknown
  type(contentType: string): unknown
  serializer(serialize: (text: unknown) => string): unknown
  send(text: never): unknown
}

/**
 * Runs a POST's effect in one transaction and sends its answer. With an Idempotency-Key, the answer is stored in the
 * same transaction: the same key and request get it again within 24 h, another request with the key is refused.
 * An effect that throws leaves nothing, not even its key. `body`: what the fingerprint is made of. `complete`: adds, after
 * the commit and on every repeat, what is of that moment and not stored.
 */
export async function replyOnce<Answer>(
  db: Db,
  request: KeyedRequest,
  reply: TextReply,
  body: string | Buffer,
  effect: (trx: Db) => Promise<Effect<Answer>>,
  complete?: (answer: Answer) => Promise<Answer>,
): Promise<void> {
  const key = request.headers['idempotency-key']
  const { status, text } = await db.transaction().execute(async (trx) => {
    if (key === undefined) return written(await effect(trx))
    const userId = callerOf(request)
    const fingerprint = fingerprintOf(request, body)
    const earlier = await claim(trx, userId, key, fingerprint)
    if (earlier !== undefined) return earlier
    const answer = written(await effect(trx))
    await keep(trx, userId, key, answer)
    return answer
  })
  reply.code(status)
  reply.type('application/json; charset=utf-8')
  reply.serializer(String)
  const told = complete === undefined ? text : JSON.stringify(await complete(JSON.parse(text) as Answer))
  reply.send(told as never)
}

interface WrittenAnswer {
  readonly status: number
  readonly text: string
}

const written = <Answer>({ status, answer }: Effect<Answer>): WrittenAnswer => ({
  status,
  text: JSON.stringify(answer),
})

/**
 * For a POST that asks others before its transaction: refuses a key that was used for another request before anybody is
 * asked. True: this request was answered before; `replyOnce` will say it again.
 */
export async function refuseReusedKey(db: Db, request: KeyedRequest, body: string | Buffer): Promise<boolean> {
  const key = request.headers['idempotency-key']
  if (key === undefined) return false
  const earlier = await db
    .selectFrom('idempotency_keys')
    .select('request_sha256')
    .where('user_id', '=', callerOf(request))
    .where('key', '=', key)
    .where('created_at', '>=', ageLimit())
    .executeTakeFirst()
  if (earlier !== undefined && !earlier.request_sha256.equals(fingerprintOf(request, body)))
    throw new RefusalError('IDEMPOTENCY_KEY_REUSED')
  return earlier !== undefined
}

/** Of everything that makes it the same request; SHA-256. */
export const fingerprintOf = (request: Pick<KeyedRequest, 'method' | 'url'>, body: string | Buffer): Buffer =>
  createHash('sha256').update(`${request.method} ${request.url}\n`).update(body).digest()

/** Takes the key, or finds what it answered before. A second request waits here for the first one's transaction. */
async function claim(trx: Db, userId: string, key: string, fingerprint: Buffer): Promise<WrittenAnswer | undefined> {
  // A row that is there may be forgotten, and not yet deleted.
  const claimed = await sql`
    insert into idempotency_keys as known (user_id, key, request_sha256)
    values (${userId}, ${key}, ${fingerprint})
    on conflict on constraint one_effect_per_key
    do update set request_sha256 = excluded.request_sha256, status = null, answer = null, created_at = now()
    where known.created_at < ${ageLimit()}`.execute(trx)
  if (claimed.numAffectedRows === 1n) return undefined
  const earlier = await trx
    .selectFrom('idempotency_keys')
    .select(['request_sha256', 'status', 'answer'])
    .where('user_id', '=', userId)
    .where('key', '=', key)
    .executeTakeFirst()
  // The first one's transaction failed in this very moment: a retry will find the key free.
  if (earlier?.status == null || earlier.answer === null) throw new RefusalError('UNAVAILABLE')
  if (!earlier.request_sha256.equals(fingerprint)) throw new RefusalError('IDEMPOTENCY_KEY_REUSED')
  return { status: earlier.status, text: earlier.answer }
}

/** Goes out with the commit. */
async function keep(trx: Db, userId: string, key: string, { status, text }: WrittenAnswer): Promise<void> {
  const keeping = sql`
    update idempotency_keys set status = ${status}, answer = ${text}
    where user_id = ${userId} and key = ${key}`
  await trx.executeQuery(sentAhead(keeping.compile(trx)))
}

/** Forgets keys older than a day; returns how many. For the scheduler, at any time, by any number of processes. */
export async function forgetOldKeys(db: Db): Promise<number> {
  const result = await db.deleteFrom('idempotency_keys').where('created_at', '<', ageLimit()).executeTakeFirst()
  return Number(result.numDeletedRows)
}

const ageLimit = () => sql<Date>`now() - make_interval(hours => ${IDEMPOTENCY_HOURS})`
