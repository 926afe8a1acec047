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
export async function isFirst(trx: Db, userId: UserId, { event, request }: AskedRequest): Promise<boolean> {
  const { requestId, ...facts } = request
  if (requestId === undefined) return true
  const fingerprint = createHash('sha256').update(JSON.stringify({ event, facts })).digest()
  const key = `group ${requestId}`
  const inserted = await trx
    .insertInto('idempotency_keys')
    .values({ user_id: userId, key, request_sha256: fingerprint, status: null, answer: null })
    .onConflict((conflict) => conflict.constraint('one_effect_per_key').doNothing())
    .executeTakeFirst()
  if (inserted.numInsertedOrUpdatedRows === 1n) return true
  const earlier = await trx
    .selectFrom('idempotency_keys')
    .select('request_sha256')
    .where('user_id', '=', userId)
    .where('key', '=', key)
    .executeTakeFirst()
  if (earlier !== undefined && !earlier.request_sha256.equals(fingerprint))
    throw badRequest('/requestId', "is another command's")
  return false
}
