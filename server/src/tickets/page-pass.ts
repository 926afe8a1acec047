import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { OrderId } from '@seatcast/shared/domain/ids.ts'

/** How long the printable page's address is good, s. Source: a guess: printed at once, or kept open while queueing. */
const PASS_SECONDS = 3_600

/** A browser that opens a page sends no token: the page's address carries a pass, good for one order and an hour. */
export interface PagePasses {
  writePass(orderId: OrderId): string
  isGood(orderId: OrderId, pass: string): boolean
}

export function pagePasses(tokenSecret: string, nowMs: () => number = Date.now): PagePasses {
  const key = Buffer.from(hkdfSync('sha256', tokenSecret, '', 'seatcast ticket page', 32))
  const signed = (orderId: OrderId, until: string): string => {
    const mac = createHmac('sha256', key).update(`${orderId.toLowerCase()} ${until}`).digest()
    return `${until}.${mac.subarray(0, 18).toString('base64url')}`
  }
  return {
    writePass: (orderId) => signed(orderId, (Math.floor(nowMs() / 1_000) + PASS_SECONDS).toString(36)),
    isGood(orderId, pass) {
      const until = pass.split('.')[0] ?? ''
      const [expected, given] = [Buffer.from(signed(orderId, until)), Buffer.from(pass)]
      if (expected.length !== given.length || !timingSafeEqual(expected, given)) return false
      return Number.parseInt(until, 36) * 1_000 > nowMs()
    },
  }
}
