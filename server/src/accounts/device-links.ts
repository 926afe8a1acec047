import { createHash, randomBytes } from 'node:crypto'
import type { UserId } from '@seatcast/shared/domain/ids.ts'
import type { DeviceLink, DeviceSession } from '@seatcast/shared/protocol/account.ts'
import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import type { AccessTokens } from '../http/authentication.ts'
import { RefusalError } from '../http/refusal.ts'
import { findAccount } from './account-repository.ts'
import { type AttemptCounter, networkOf } from './attempt-limit.ts'

/** How long a link is good, s. Source: SPEC, table of groups: it is shown on one screen and read by another beside it. */
const LINK_SECONDS = 600
/** 192 bits. */
const KEY_BYTES = 24

export interface DeviceLinkNeeds {
  readonly db: Db
  readonly tokens: AccessTokens
  readonly attempts: AttemptCounter
  readonly guestTokenSeconds: number
  readonly accountTokenSeconds: number
  readonly limits: { readonly wrongCodesPerBuyer: number; readonly wrongCodesPerAddress: number }
}

/** A secret that signs in one other device as this buyer, once; only its hash is stored. */
export async function makeDeviceLink({ db, attempts, limits }: DeviceLinkNeeds, userId: UserId): Promise<DeviceLink> {
  await attempts.count([{ key: attempts.key('device links of buyer', userId), max: limits.wrongCodesPerBuyer }])
  const key = randomBytes(KEY_BYTES).toString('base64url')
  await db
    .insertInto('device_links')
    .values({
      key_sha256: keyHash(key),
      user_id: userId,
      expires_at: sql<Date>`now() + make_interval(secs => ${LINK_SECONDS})`,
    })
    .execute()
  return { key, expiresInSeconds: LINK_SECONDS }
}

/**
 * A token for the device that shows the secret: of the same buyer, guest or account, without roles that were granted. The same
 * work and answer for a key that is wrong, used or expired; those are counted per address.
 */
export async function signInDevice(needs: DeviceLinkNeeds, address: string, key: string): Promise<DeviceSession> {
  const { db, tokens, attempts, limits } = needs
  const tries = [
    { key: attempts.key('device link from address', networkOf(address)), max: limits.wrongCodesPerAddress },
  ]
  await attempts.count(tries)
  const used = await db
    .deleteFrom('device_links')
    .where('key_sha256', '=', keyHash(key))
    .where('expires_at', '>', sql<Date>`now()`)
    .returning('user_id as userId')
    .executeTakeFirst()
  if (used === undefined) throw new RefusalError('UNAUTHENTICATED')
  await attempts.takeBack(tries)
  const { userId } = used
  const account = await findAccount(db, { userId })
  const role = account === undefined ? 'guest' : 'user'
  const seconds = account === undefined ? needs.guestTokenSeconds : needs.accountTokenSeconds
  return {
    userId,
    token: await tokens.issueToken({ userId, role, seconds }),
    expiresInSeconds: seconds,
    roles: [role],
    account: account === undefined ? null : { email: account.email, name: account.name },
  }
}

/** Forgets links that nobody used in time; returns how many. For the scheduler. */
export async function forgetOldDeviceLinks(db: Db): Promise<number> {
  const result = await db
    .deleteFrom('device_links')
    .where('expires_at', '<', sql<Date>`now()`)
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}

const keyHash = (key: string): Buffer => createHash('sha256').update(key).digest()
