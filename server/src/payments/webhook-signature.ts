import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** A message older or newer than this is refused, ms. Source: the issue of orders and payment. */
export const WEBHOOK_TOLERANCE_MS = 5 * 60_000

export const SIGNATURE_HEADER = 'seatcast-signature'

/** `t=<Unix ms>,v1=<hex>`: HMAC-SHA256 over the time, a dot and the raw body. */
export function signWebhook(secret: string, body: Buffer | string, nowMs: number): string {
  return `t=${nowMs},v1=${mac(secret, body, String(nowMs)).toString('hex')}`
}

const HEADER = /^t=(?<time>\d{1,16}),v1=(?<mac>[0-9a-f]{64})$/

/** Compared in constant time; the time counts only when the signature over it is right. */
export function checkWebhook(
  secret: string,
  message: { readonly signature: string | undefined; readonly body: Buffer },
  nowMs: number,
): 'ok' | 'WEBHOOK_FORGED' | 'WEBHOOK_STALE' {
  const { time, mac: given } = HEADER.exec(message.signature ?? '')?.groups ?? {}
  if (time === undefined || given === undefined) return 'WEBHOOK_FORGED'
  if (!timingSafeEqual(mac(secret, message.body, time), Buffer.from(given, 'hex'))) return 'WEBHOOK_FORGED'
  return Math.abs(nowMs - Number(time)) > WEBHOOK_TOLERANCE_MS ? 'WEBHOOK_STALE' : 'ok'
}

const mac = (secret: string, body: Buffer | string, time: string): Buffer =>
  createHmac('sha256', secret).update(`${time}.`).update(body).digest()

/** What we show the payment service: made from the secret, so that one setting serves both directions. */
export const serviceKey = (secret: string): string => createHmac('sha256', secret).update('service key').digest('hex')

/** Whether somebody shows the right key, in constant time. */
export function isServiceKey(secret: string, shown: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(serviceKey(secret)), digest(shown))
}
