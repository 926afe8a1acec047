import { randomUUID } from 'node:crypto'
import type { Problem } from '@seatcast/shared/protocol/http.ts'
import type { OrderTickets } from '@seatcast/shared/protocol/ticket.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OrderToStore, storeOrder } from '../../test/support/stored-order.ts'
import { testApp, type TestApp } from '../../test/support/test-app.ts'
import { createTestSale } from '../../test/support/test-sale.ts'
import { accessTokens } from '../http/authentication.ts'
import { TICKET_PAGE_POLICY } from './ticket-page.ts'

const TOKEN_SECRET = 'a-secret-for-tests-0123456789-abcdef'
let tested: TestApp
let performanceId: string
let seats = 0

beforeAll(async () => {
  tested = await testApp({ env: { TOKEN_SECRET, TIME_ZONE: 'Asia/Seoul' } })
  performanceId = await createTestSale(tested.databaseUrl, 16, { startsAt: new Date('2027-05-01T10:30:00Z') })
})
afterAll(() => tested.close())

const nextSeat = () => seats++
const store = (order: Partial<OrderToStore> = {}) =>
  storeOrder(tested.db, { performanceId, seats: [nextSeat(), nextSeat()], ...order })
const tokenOf = (userId: string) => accessTokens(TOKEN_SECRET).issueToken({ userId, role: 'guest', seconds: 60 })
const get = async (url: string, as?: string) =>
  tested.app.inject({ url, headers: as === undefined ? {} : { authorization: `Bearer ${await tokenOf(as)}` } })
const ticketsOf = async (order: { id: string; userId: string }) =>
  (await get(`/api/orders/${order.id}/tickets`, order.userId)).json<OrderTickets>()

test('[T1] a paid order has a ticket for each seat it still has, the same each time', async () => {
  const [first, given, last] = [nextSeat(), nextSeat(), nextSeat()]
  const order = await store({ seats: [last, first, given], released: { [given]: 'cancel' } })
  const answer = await get(`/api/orders/${order.id}/tickets`, order.userId)
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['cache-control']).toBe('no-store')
  const { tickets, ...facts } = answer.json<OrderTickets>()
  expect(facts).toMatchObject({ orderId: order.id, performanceId, status: 'paid' })
  expect(tickets.map(({ seat }) => seat)).toEqual([first, last])
  expect(tickets[0]).toMatchObject({ section: 'Stalls', row: '1', number: String(first + 1), serial: 1, usedAt: null })
  expect((await ticketsOf(order)).tickets).toEqual(tickets)
})

test.each(['pending', 'authorized', 'expired', 'cancelled', 'refund_due', 'refunded'] as const)(
  '[T1] an order that is %s has no tickets',
  async (status) => {
    const order = await store({ status })
    expect(await ticketsOf(order)).toMatchObject({ status, tickets: [] })
  },
)

test('[T5] tickets are for the owner and for the link; to everybody else the order does not exist', async () => {
  const [order, other] = [await store(), await store()]
  const url = `/api/orders/${order.id}/tickets`
  expect((await get(`${url}?key=${order.key}`)).json<OrderTickets>().tickets).toHaveLength(2)
  const staff = await tested.app.inject({ url, headers: tested.organiser })
  const refused = [
    await get(url, randomUUID()),
    await get(`${url}?key=${other.key}`, randomUUID()),
    await get(`${url}?key=wrong`),
    await get(`/api/orders/${randomUUID()}/tickets`, order.userId),
    await get('/api/orders/nothing/tickets', order.userId),
    await tested.app.inject({ method: 'POST', url: `${url}/reissue`, headers: tested.guest }),
    staff,
  ]
  for (const answer of refused) {
    expect(answer.statusCode).toBe(404)
    expect(answer.json()).toEqual(staff.json())
  }
  expect((await get(url)).json<Problem>().code).toBe('UNAUTHENTICATED')
  // The link shows tickets; only the owner replaces them.
  const byLink = await tested.app.inject({ method: 'POST', url: `${url}/reissue?key=${order.key}` })
  expect(byLink.json<Problem>().code).toBe('UNAUTHENTICATED')
  // A token that is over does not spoil the link.
  const headers = { authorization: 'Bearer over' }
  expect((await tested.app.inject({ url: `${url}?key=${order.key}`, headers })).statusCode).toBe(200)
  expect((await tested.app.inject({ url, headers })).statusCode).toBe(401)
})

test('[T5] the page opens with the key or the pass of its own order, and with nothing else', async () => {
  const [order, other] = [await store(), await store()]
  const { pageUrl } = await ticketsOf(order)
  const page = await get(pageUrl)
  expect(page.statusCode).toBe(200)
  expect((await get(`/orders/${order.id}/tickets?key=${order.key}`)).statusCode).toBe(200)
  const pass = (await ticketsOf(other)).pageUrl.split('?')[1] ?? ''
  for (const query of ['', '?key=', `?key=${other.key}`, `?${pass}`, '?pass=x.y', '?key=a&key=b']) {
    const refused = await get(`/orders/${order.id}/tickets${query}`)
    expect([400, 404], query).toContain(refused.statusCode)
    expect(refused.body).not.toContain(order.id)
  }
  const missing = await tested.app.inject({ url: '/orders/x/tickets', headers: { 'accept-language': 'ko' } })
  expect(missing.statusCode).toBe(404)
  expect(missing.body).toContain('티켓을 찾을 수 없습니다')
})

test('the page shows show, date and place of every seat, in English and Korean, and can do nothing', async () => {
  await tested.db
    .updateTable('shows')
    .set({ title_en: '<b onclick="x">Tom & \'Jerry\'</b>', title_ko: '햄릿' })
    .execute()
  const order = await store()
  const { pageUrl, tickets } = await ticketsOf(order)
  const english = await get(`${pageUrl}&lang=en`)
  expect(english.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-language': 'en',
    'content-security-policy': TICKET_PAGE_POLICY,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  })
  expect(english.body).toContain('<html lang="en">')
  expect(english.body).toContain('&lt;b onclick=&quot;x&quot;&gt;Tom &amp; &#39;Jerry&#39;&lt;/b&gt;')
  expect(english.body).not.toMatch(/<script|<b |onclick="/)
  expect(english.body).toMatch(/Saturday, May 1, 2027 at 7:30\sPM GMT\+9/)
  expect(english.body.match(/<svg /g)).toHaveLength(2)
  for (const { ticket, number } of tickets) {
    expect(english.body.replaceAll(' ', '')).toContain(ticket)
    expect(english.body).toContain(`<dd>${number}</dd>`)
  }
  const korean = await get(`${pageUrl}&lang=ko`)
  expect(korean.body).toContain('<html lang="ko">')
  expect(korean.body).toContain('햄릿')
  expect(korean.body).toMatch(/2027년 5월 1일 토요일 오후 7:30/)
  expect(korean.body).toContain(`href="?${new URLSearchParams(pageUrl.split('?')[1]).toString()}&amp;lang=en"`)
})

test.each(['pending', 'refunded', 'cancelled'] as const)('the page of an order that is %s says so', async (status) => {
  const order = await store({ status })
  const page = await get(`/orders/${order.id}/tickets?key=${order.key}`)
  expect(page.statusCode).toBe(200)
  expect(page.body).toContain({ pending: 'not paid yet', refunded: 'was refunded', cancelled: 'was cancelled' }[status])
  expect(page.body).not.toContain('<svg')
})
