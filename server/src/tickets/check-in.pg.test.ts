import { randomUUID } from 'node:crypto'
import type { Role } from '@seatcast/shared/protocol/account.ts'
import type { Problem } from '@seatcast/shared/protocol/http.ts'
import type { CheckInAnswer, CheckInList, OrderTickets } from '@seatcast/shared/protocol/ticket.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { storeOrder } from '../../test/support/stored-order.ts'
import { testApp, type TestApp } from '../../test/support/test-app.ts'
import { createTestSale } from '../../test/support/test-sale.ts'
import { accessTokens } from '../http/authentication.ts'
import { RefusalError } from '../http/refusal.ts'
import { cancelOrder } from '../orders/cancel-order.ts'
import { noMoney } from '../orders/order-money.ts'
import { ticketCodes } from './ticket-code.ts'
import { usedSeats } from './ticket-repository.ts'

const TOKEN_SECRET = 'a-secret-for-tests-0123456789-abcdef'
let tested: TestApp
let performanceId: string
let staff: { authorization: string }
let seats = 0

beforeAll(async () => {
  tested = await testApp({ env: { TOKEN_SECRET } })
  performanceId = await createTestSale(tested.databaseUrl, 16, { startsAt: new Date(Date.now() + 10 * 86_400_000) })
  staff = await bearer('staff')
})
afterAll(() => tested.close())

const bearer = async (role: Role, userId: string = randomUUID()) => ({
  authorization: `Bearer ${await accessTokens(TOKEN_SECRET).issueToken({ userId, role, seconds: 600 })}`,
})
interface Door {
  readonly performance?: string
  readonly headers?: Record<string, string>
}
const checkIn = (ticket: string, { performance = performanceId, headers = staff }: Door = {}) =>
  tested.app.inject({
    method: 'POST',
    url: '/api/check-in',
    headers: { 'content-type': 'application/json', ...headers },
    payload: JSON.stringify({ performanceId: performance, ticket }),
  })
const worth = async (ticket: string) => (await checkIn(ticket)).json<CheckInAnswer>()

/** A paid order of new seats, with its tickets. */
async function paid(seatCount = 1) {
  const own = Array.from({ length: seatCount }, () => seats++)
  const order = await storeOrder(tested.db, { performanceId, seats: own })
  const url = `/api/orders/${order.id}/tickets?key=${order.key}`
  const tickets = async () => (await tested.app.inject({ url })).json<OrderTickets>().tickets
  const reissue = async () =>
    await tested.app.inject({
      method: 'POST',
      url: `/api/orders/${order.id}/tickets/reissue`,
      headers: await bearer('guest', order.userId),
    })
  return { ...order, seats: own, tickets, reissue, codes: (await tickets()).map(({ ticket }) => ticket) }
}
const release = (orderId: string, seat: number, by: 'cancel' | 'change') =>
  tested.db
    .updateTable('order_seats')
    .set({ released_at: new Date(), released_by: by })
    .where('order_id', '=', orderId)
    .where('seat', '=', seat)
    .execute()

test('[T3] a ticket admits once; asked again it says when', async () => {
  const { codes, seats: own, tickets } = await paid(2)
  const first = await worth(codes[0] ?? '')
  expect(first).toMatchObject({
    result: 'admitted',
    seat: own[0],
    section: 'Stalls',
    number: String((own[0] ?? 0) + 1),
  })
  expect(await worth(codes[0] ?? '')).toEqual({ ...first, result: 'already_used' })
  expect((await tickets()).map(({ usedAt }) => usedAt)).toEqual([first.result === 'admitted' ? first.at : '', null])
  expect((await worth(codes[1] ?? '')).result).toBe('admitted')
})

test('[T3] two scanners at the same moment, 50 times: one admits, the other learns when', async () => {
  const { codes } = await paid(20)
  const more = await paid(30)
  for (const ticket of [...codes, ...more.codes]) {
    const answers = await Promise.all([checkIn(ticket), checkIn(ticket, { headers: await bearer('organiser') })])
    const [one, other] = answers.map((answer) => answer.json<CheckInAnswer>())
    expect(new Set([one?.result, other?.result])).toEqual(new Set(['admitted', 'already_used']))
    expect(one).toMatchObject({ at: other !== undefined && 'at' in other ? other.at : '' })
  }
  const rows = await tested.db.selectFrom('check_ins').select('seat').where('order_id', '=', more.id).execute()
  expect(rows).toHaveLength(30)
})

test('[T3] a scanner whose answer was lost asks again with its key and is told again', async () => {
  const { codes } = await paid()
  const headers = { ...staff, 'idempotency-key': randomUUID() }
  const first = (await checkIn(codes[0] ?? '', { headers })).json<CheckInAnswer>()
  expect(first.result).toBe('admitted')
  expect((await checkIn(codes[0] ?? '', { headers })).json()).toEqual(first)
  expect((await worth(codes[0] ?? '')).result).toBe('already_used')
})

test('[T4] a seat that was given back, or whose order is refunded, is refunded at the door', async () => {
  const { id, codes, seats: own } = await paid(2)
  await release(id, own[0] ?? -1, 'cancel')
  expect(await worth(codes[0] ?? '')).toMatchObject({ result: 'refunded', seat: own[0] })
  for (const status of ['refund_due', 'refunded'] as const) {
    await tested.db.updateTable('orders').set({ status }).where('id', '=', id).execute()
    expect(await worth(codes[1] ?? '')).toMatchObject({ result: 'refunded', seat: own[1] })
  }
})

test('[T4] a seat that was given back and taken again has another ticket; the first one admits nobody', async () => {
  const { id, codes, seats: own } = await paid(2)
  await release(id, own[0] ?? -1, 'cancel')
  const back = { released_at: null, released_by: null }
  await tested.db
    .updateTable('order_seats')
    .set(back)
    .where('order_id', '=', id)
    .where('seat', '=', own[0] ?? -1)
    .execute()
  expect((await worth(codes[0] ?? '')).result).toBe('replaced')
  expect((await worth(codes[1] ?? '')).result).toBe('admitted')
})

test('[T4] a seat changed for another and a ticket that was replaced admit nobody; the new ticket does', async () => {
  const { id, codes, seats: own, reissue } = await paid(3)
  await release(id, own[0] ?? -1, 'change')
  expect(await worth(codes[0] ?? '')).toMatchObject({ result: 'replaced', seat: own[0] })
  expect((await worth(codes[1] ?? '')).result).toBe('admitted')
  const replaced = (await reissue()).json<OrderTickets>().tickets
  expect(replaced.map(({ seat, serial }) => [seat, serial])).toEqual([
    [own[1], 1],
    [own[2], 2],
  ])
  const [, again] = (await reissue()).json<OrderTickets>().tickets
  expect(again?.serial).toBe(3)
  expect((await worth(codes[2] ?? '')).result).toBe('replaced')
  expect((await worth(codes[1] ?? '')).result).toBe('already_used')
  expect((await worth(again?.ticket ?? '')).result).toBe('admitted')
  await tested.db.updateTable('ticket_reissues').set({ serial: 101 }).where('order_id', '=', id).execute()
  expect((await reissue()).json<Problem>().code).toBe('LIMIT_EXCEEDED')
})

test("[T4] another performance's ticket is told apart, and is still good there", async () => {
  const { codes } = await paid()
  const elsewhere = await createTestSale(tested.databaseUrl, 16)
  const answer = await checkIn(codes[0] ?? '', { performance: elsewhere })
  expect(answer.json()).toEqual({ result: 'wrong_performance', performanceId })
  expect((await worth(codes[0] ?? '')).result).toBe('admitted')
})

test('[T4] a forged ticket, one of an order that is not ours, and one of a seat never paid are unknown', async () => {
  const { id, codes, seats: own } = await paid()
  const ours = ticketCodes(TOKEN_SECRET)
  const pending = await storeOrder(tested.db, { performanceId, seats: [seats++], status: 'pending' })
  const unknown = [
    ticketCodes('another-secret-0123456789-abcdefghij').writeTicket({
      performanceId,
      orderId: id,
      seat: own[0] ?? 0,
      serial: 1,
    }),
    `${codes[0]?.slice(0, -1)}${codes[0]?.endsWith('0') === true ? '8' : '0'}`,
    ours.writeTicket({ performanceId, orderId: id, seat: 499, serial: 1 }),
    ours.writeTicket({ performanceId, orderId: randomUUID(), seat: 0, serial: 1 }),
    ours.writeTicket({ performanceId, orderId: pending.id, seat: seats - 1, serial: 1 }),
    '<script>',
    '\0',
  ]
  for (const ticket of unknown) expect(await worth(ticket), ticket).toEqual({ result: 'unknown' })
  expect(tested.faults).toEqual([])
})

test('[T6] a cancellation at the moment of the check-in comes wholly before or after it', async () => {
  for (let round = 0; round < 20; round++) {
    const { id, userId, codes, seats: own } = await paid(2)
    const cancel = async () => {
      try {
        await tested.db
          .transaction()
          .execute((trx) => cancelOrder(trx, { money: noMoney, usedSeats }, { id, userId }, [own[0] ?? -1]))
        return 'cancelled'
      } catch (error) {
        return error instanceof RefusalError ? `${error.code} ${error.facts.seats?.join()}` : error
      }
    }
    const [answer, cancelled] =
      round % 2 === 0
        ? await Promise.all([worth(codes[0] ?? ''), cancel()])
        : (await Promise.all([cancel(), worth(codes[0] ?? '')])).toReversed()
    const { result } = answer as CheckInAnswer
    expect(cancelled).toBe(result === 'admitted' ? `NOT_REFUNDABLE ${own[0]}` : 'cancelled')
    expect(['admitted', 'refunded']).toContain(result)
    expect((await worth(codes[1] ?? '')).result).toBe('admitted')
  }
})

test('only staff and organisers check in, and what they count are used tickets, newest first', async () => {
  const sale = await createTestSale(tested.databaseUrl, 16)
  const order = await storeOrder(tested.db, { performanceId: sale, seats: [0, 1, 2, 3], released: { 3: 'cancel' } })
  const url = `/api/orders/${order.id}/tickets?key=${order.key}`
  const { tickets } = (await tested.app.inject({ url })).json<OrderTickets>()
  const list = `/api/performances/${sale}/check-ins`
  for (const role of ['guest', 'user'] as const) {
    const headers = await bearer(role, order.userId)
    expect((await checkIn(tickets[0]?.ticket ?? '', { performance: sale, headers })).statusCode).toBe(403)
    expect((await tested.app.inject({ url: list, headers })).json<Problem>().code).toBe('FORBIDDEN')
  }
  expect((await checkIn(tickets[0]?.ticket ?? '', { headers: {} })).statusCode).toBe(401)
  for (const { ticket } of tickets.slice(0, 2)) await checkIn(ticket, { performance: sale })
  const pages: CheckInList[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const query: string = cursor === '' ? '?limit=1' : `?limit=1&cursor=${cursor}`
    const page = (await tested.app.inject({ url: list + query, headers: staff })).json<CheckInList>()
    pages.push(page)
    cursor = page.nextCursor
  }
  expect(pages.map(({ count, tickets: all }) => [count, all])).toEqual([
    [2, 3],
    [2, 3],
  ])
  expect(pages.flatMap(({ checkIns }) => checkIns.map(({ number }) => number))).toEqual(['2', '1'])
  const nowhere = `/api/performances/${randomUUID()}/check-ins`
  expect((await tested.app.inject({ url: nowhere, headers: staff })).statusCode).toBe(404)
  expect((await checkIn('x', { performance: randomUUID() })).statusCode).toBe(404)
})
