import { createHash } from 'node:crypto'
import type { UserId } from '@seatcast/shared/domain/ids.ts'
import type { Db } from '../database/client.ts'
import { badRequest } from './group-parts.ts'

/** What a command of a group was asked, for telling a repeat from another request. */
export interface AskedRequest {
  readonly event: string
  readonly request: object & { readonly requestId?: string | undefined }
}

/**
 * Whether this request has not had its effect yet (H9): true for the first one and for those without a `requestId`; a
 * repeat waits for the first one's transaction. A refused request leaves nothing, not even its id: asked again, it is judged
 * anew. Kept with the keys of POSTs.
 */
export async function isFirst(trx: Db, userId: UserId, asked: AskedRequest): Promise<boolean> {
  const key = keyOf(asked)
  if (key === undefined) return true
  const inserted = await trx
    .insertInto('idempotency_keys')
    .values({ user_id: userId, key, request_sha256: fingerprintOf(asked), status: null, answer: null })
    .onConflict((conflict) => conflict.constraint('one_effect_per_key').doNothing())
    .executeTakeFirst()
  if (inserted.numInsertedOrUpdatedRows === 1n) return true
  if ((await recall(trx, userId, asked)) === 'another') throw badRequest('/requestId', "is another command's")
  return false
}

/** Whether this very request had its effect before; asks nothing without a `requestId`. */
export const wasDone = async (db: Db, userId: UserId, asked: AskedRequest): Promise<boolean> =>
  (await recall(db, userId, asked)) === 'same'

async function recall(db: Db, userId: UserId, asked: AskedRequest): Promise<'same' | 'another' | undefined> {
  const key = keyOf(asked)
  if (key === undefined) return undefined
  const earlier = await db
    .selectFrom('idempotency_keys')
    .select('request_sha256')
    .where('user_id', '=', userId)
    .where('key', '=', key)
    .executeTakeFirst()
  if (earlier === undefined) return undefined
  return earlier.request_sha256.equals(fingerprintOf(asked)) ? 'same' : 'another'
}

const keyOf = ({ request: { requestId } }: AskedRequest): string | undefined =>
  requestId === undefined ? undefined : `group ${requestId}`

function fingerprintOf({ event, request }: AskedRequest): Buffer {
  const { requestId: _, ...facts } = request
  return createHash('sha256').update(JSON.stringify({ event, facts })).digest()
}
