import { randomUUID } from 'node:crypto'
import { fc, test as propertyTest } from '@fast-check/vitest'
import { encode } from 'uqr'
import { expect, test } from 'vitest'
import { fromBase32, toBase32 } from './base32.ts'
import { pagePasses } from './page-pass.ts'
import { qrCode } from './qr-code.ts'
import { ticketCodes, type TicketFacts } from './ticket-code.ts'

const codes = ticketCodes('a-secret-for-tests-0123456789-abcdef')
const facts = (change: Partial<TicketFacts> = {}): TicketFacts => ({
  performanceId: randomUUID(),
  orderId: randomUUID(),
  seat: 4_711,
  serial: 1,
  ...change,
})

test('[T2] a ticket says what it was made of, the same each time, however it is typed', () => {
  for (const given of [facts(), facts({ seat: 0 }), facts({ seat: 249_999, serial: 65_535 })]) {
    const ticket = codes.writeTicket(given)
    expect(ticket).toMatch(/^[0-9A-HJKMNP-TV-Z]{87}$/)
    expect(codes.writeTicket(given)).toBe(ticket)
    expect(codes.readTicket(ticket)).toEqual(given)
    const typed = ` ${ticket
      .toLowerCase()
      .replaceAll('0', 'o')
      .replaceAll('1', 'l')
      .replaceAll(/(.{5})/g, '$1-')} `
    expect(codes.readTicket(typed)).toEqual(given)
  }
})

test('[T2] with one sign altered, anywhere, it is no ticket', () => {
  const ticket = codes.writeTicket(facts())
  for (let at = 0; at < ticket.length; at++) {
    for (const sign of '0123456789ABCDEFGHJKMNPQRSTVWXYZ') {
      if (sign === ticket[at]) continue
      expect(codes.readTicket(ticket.slice(0, at) + sign + ticket.slice(at + 1)), `${at}${sign}`).toBeUndefined()
    }
  }
})

test('[T2] what was not written with our key is no ticket', () => {
  const ticket = codes.writeTicket(facts())
  const other = ticketCodes('another-secret-0123456789-abcdefghij').writeTicket(facts())
  const swapped = codes.writeTicket(facts()).slice(0, 60) + ticket.slice(60)
  for (const text of [
    other,
    swapped,
    '',
    ' ',
    ticket.slice(1),
    `${ticket}0`,
    ticket.slice(0, 86),
    'U'.repeat(87),
    '예'.repeat(87),
    'x'.repeat(300),
  ]) {
    expect(codes.readTicket(text), text).toBeUndefined()
  }
})

propertyTest.prop([fc.uint8Array({ maxLength: 80 })])('base32 there and back', (bytes) => {
  const text = toBase32(bytes)
  expect(text).toHaveLength(Math.ceil((bytes.length * 8) / 5))
  expect(fromBase32(text)).toEqual(Buffer.from(bytes))
})

test('the QR code shows the ticket: its dark squares are those of the code, with four squares of white around', () => {
  const ticket = codes.writeTicket(facts())
  const { html } = qrCode(ticket, '"A" & <B>')
  expect(html).toContain('aria-label="&quot;A&quot; &amp; &lt;B&gt;"')
  const size = Number(/viewBox="0 0 (\d+) /.exec(html)?.[1])
  const drawn = Array.from({ length: size }, () => Array<boolean>(size).fill(false))
  for (const [, x, y, length] of html.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    drawn[Number(y)]?.fill(true, Number(x), Number(x) + Number(length))
  }
  const code = encode(ticket, { ecc: 'M', border: 0 })
  expect(size).toBe(code.size + 8)
  expect(drawn.slice(4, -4).map((row) => row.slice(4, -4))).toEqual(code.data)
  expect(drawn.flat().filter(Boolean)).toHaveLength(code.data.flat().filter(Boolean).length)
  expect(code.version).toBeLessThanOrEqual(4) // small: 33 squares wide
})

test("[T5] a page's pass is good for its order, for an hour", () => {
  let nowMs = 1_800_000_000_000
  const passes = pagePasses('a-secret-for-tests-0123456789-abcdef', () => nowMs)
  const orderId = randomUUID()
  const pass = passes.writePass(orderId)
  expect(passes.isGood(orderId, pass)).toBe(true)
  expect(passes.isGood(randomUUID(), pass)).toBe(false)
  expect(passes.isGood(orderId, pass.replace(/^./, 'z'))).toBe(false)
  for (const forged of ['', '.', 'zzzzzz.', `zzzzzz.${pass.split('.')[1]}`, '\ud800', 'x'.repeat(128)]) {
    expect(passes.isGood(orderId, forged)).toBe(false)
  }
  nowMs += 3_601_000
  expect(passes.isGood(orderId, pass)).toBe(false)
})
