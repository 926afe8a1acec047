import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { OrderId, PerformanceId, SeatIndex } from '@seatcast/shared/domain/ids.ts'
import { fromBase32, toBase32 } from './base32.ts'

/** What a ticket says: one seat of one order for one performance. */
export interface TicketFacts {
  readonly performanceId: PerformanceId
  readonly orderId: OrderId
  readonly seat: SeatIndex
  /** 1, and one more each time the ticket was replaced. */
  readonly serial: number
}

/** Writes tickets and reads them; only who has the nodes' secret can do either. */
export interface TicketCodes {
  /** The same facts always give the same text (T2): 87 letters and digits, which a QR code packs densely. */
  writeTicket(facts: TicketFacts): string
  /** undefined: not one of ours, or altered. Spaces, hyphens and case do not count. */
  readTicket(text: string): TicketFacts | undefined
}

/** First byte; another layout of the bytes takes another number. */
const VERSION = 1
const FACTS_BYTES = 1 + 16 + 16 + 3 + 2
/** Half of SHA-256: nobody guesses 128 bits. */
const MAC_BYTES = 16

/** HMAC, not a public-key signature: only nodes check tickets, and a QR code a third smaller is read from further away. */
export function ticketCodes(tokenSecret: string): TicketCodes {
  const key = Buffer.from(hkdfSync('sha256', tokenSecret, '', 'seatcast ticket', 32))
  const macOf = (facts: Buffer) => createHmac('sha256', key).update(facts).digest().subarray(0, MAC_BYTES)
  return {
    writeTicket(ticket) {
      const facts = bytesOf(ticket)
      return toBase32(Buffer.concat([facts, macOf(facts)]))
    },
    readTicket(text) {
      const bytes = fromBase32(text.replaceAll(/[\s-]/g, ''))
      if (bytes?.length !== FACTS_BYTES + MAC_BYTES || bytes[0] !== VERSION) return undefined
      const facts = bytes.subarray(0, FACTS_BYTES)
      return timingSafeEqual(macOf(facts), bytes.subarray(FACTS_BYTES)) ? factsOf(facts) : undefined
    },
  }
}

function bytesOf({ performanceId, orderId, seat, serial }: TicketFacts): Buffer {
  const facts = Buffer.alloc(FACTS_BYTES)
  facts.writeUInt8(VERSION, 0)
  facts.set(uuidBytes(performanceId), 1)
  facts.set(uuidBytes(orderId), 17)
  facts.writeUIntBE(seat, 33, 3)
  facts.writeUInt16BE(serial, 36)
  return facts
}

const factsOf = (facts: Buffer): TicketFacts => ({
  performanceId: uuidOf(facts.subarray(1, 17)),
  orderId: uuidOf(facts.subarray(17, 33)),
  seat: facts.readUIntBE(33, 3),
  serial: facts.readUInt16BE(36),
})

const uuidBytes = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex')
const uuidOf = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
