import { createHash, createHmac, createSecretKey, hkdfSync } from 'node:crypto'
import type { OrderId } from '@seatcast/shared/domain/ids.ts'

/** Secrets of orders' links. Made from the server's key and the order's id: they are stored nowhere, and can be told again. */
export interface OrderKeys {
  keyOf(orderId: OrderId): string
  /** What is stored of it, so that a link outlives the server's key. */
  sha256Of(orderId: OrderId): Buffer
}

export function orderKeys(tokenSecret: string): OrderKeys {
  const secret = createSecretKey(Buffer.from(hkdfSync('sha256', tokenSecret, '', 'seatcast order link', 32)))
  const keyOf = (orderId: OrderId): string =>
    createHmac('sha256', secret).update(orderId.toLowerCase()).digest().subarray(0, 24).toString('base64url')
  return { keyOf, sha256Of: (orderId) => keyHash(keyOf(orderId)) }
}

export const keyHash = (key: string): Buffer => createHash('sha256').update(key).digest()
