import { randomUUID } from 'node:crypto'
import type { GroupPaid, GroupPaymentBegun, GroupRule, GroupView } from '@seatcast/shared/protocol/group.ts'
import type { ChangedOrder, Order, PaymentAnswer, Wallet } from '@seatcast/shared/protocol/order.ts'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { connectDatabase, type DatabaseClient } from '../src/database/client.ts'
import { fetchSnapshot } from './support/buyer.ts'
import { type Cluster, startCluster, TEST_PARTITIONS } from './support/cluster.ts'
import { eventually } from './support/eventually.ts'
import { codesOf, type Friend, friendOn, meIn, named } from './support/friend.ts'
import { type RoleProcess, startRole } from './support/role-process.ts'
import { auditFindings, type Said, say } from './support/shopper.ts'
import { createTestSale } from './support/test-sale.ts'

const PRICE = 1_000
const TIME_MS = 90_000

let sandbox: RoleProcess
let cluster: Cluster
let database: DatabaseClient
const friends: Friend[] = []

beforeAll(async () => {
  sandbox = await startRole('sandbox-payments', {
    NODE_ENV: 'development',
    DATABASE_URL: 'postgres://nobody',
    REDIS_URL: 'redis://nobody',
    LOG_LEVEL: 'warn',
    SANDBOX_ANSWER_MS: '50',
    SANDBOX_GAP_MS: '50',
  })
  cluster = await startCluster({
    nodes: 2,
    workers: 1,
    schedulers: 1,
    env: { SANDBOX_PAYMENTS_URL: `http://127.0.0.1:${sandbox.port}`, CAPTURE_TRIES: '1' },
  })
  database = connectDatabase({ databaseUrl: cluster.databaseUrl, poolSize: 1 })
})
afterEach(() => {
  for (const friend of friends.splice(0)) friend.close()
})
afterAll(async () => {
  await database?.close()
  await cluster?.stop()
  await sandbox?.kill()
})

const post = <Body>(who: Friend, path: string, body?: object, key?: string): Promise<Said<Body>> =>
  say<Body>(cluster.origin(1), who.token, 'POST', path, body, key)
const begin = (who: Friend, groupId: string, key?: string) =>
  post<GroupPaymentBegun>(who, `/api/groups/${groupId}/orders`, undefined, key)
const cover = (who: Friend, groupId: string, body: object = { method: 'wallet' }, key?: string) =>
  post<GroupPaid>(who, `/api/groups/${groupId}/cover`, body, key)
const giveUp = (who: Friend, groupId: string) => post<GroupPaid>(who, `/api/groups/${groupId}/give-up`)
const orderOf = async (who: Friend, orderId: string): Promise<Said<Order>> =>
  await say<Order>(cluster.origin(0), who.token, 'GET', `/api/orders/${orderId}`)
const ticketsOf = async (who: Friend, orderId: string) =>
  (await say<{ tickets: object[] }>(cluster.origin(0), who.token, 'GET', `/api/orders/${orderId}/tickets`)).body.tickets
const balanceOf = async (who: Friend) =>
  (await say<Wallet>(cluster.origin(0), who.token, 'GET', '/api/wallet?currency=EUR')).body.balance
const statesOf = async (performanceId: string, seats: readonly number[]) => {
  const { seats: states } = await fetchSnapshot(cluster.origin(0), performanceId)
  return seats.map((seat) => states[seat]).join('')
}
const sound = (performanceId: string) =>
  eventually(
    'a sound audit',
    15_000,
    () => auditFindings(cluster.origin(0), performanceId),
    (found) => found.length === 0,
  )
/** Their share of what the group pays, the way they choose. */
const pay = async (who: Friend, performanceId: string, body: object): Promise<Said<PaymentAnswer>> => {
  const orderId = (await who.look(performanceId))?.payment?.myOrderId
  return await post<PaymentAnswer>(who, `/api/orders/${orderId}/payments`, body)
}
const becomes = (who: Friend, performanceId: string, status: GroupView['status']) =>
  who.sees(`the group ${status}`, performanceId, (group) => group.status === status)

interface Party {
  readonly performanceId: string
  readonly groupId: string
  readonly host: Friend
  readonly ann: Friend
  readonly ben: Friend
  readonly seats: readonly number[]
}

/** Three friends on two nodes with a block of three seats. */
async function party(rule: GroupRule, paymentSeconds = 60, maxSeatsPerBuyer = 8): Promise<Party> {
  const performanceId = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS, {
    rows: 4,
    seatsPerRow: 12,
    paymentSeconds,
    maxSeatsPerBuyer,
    startsAt: new Date(Date.now() + 30 * 86_400_000),
  })
  const [host, ann, ben] = await Promise.all([0, 1, 0].map((node) => friendOn(cluster.origin(node))))
  if (host === undefined || ann === undefined || ben === undefined) throw new Error('nobody came')
  friends.push(host, ann, ben)
  const { groupId, ...formed } = await host.does('group:create', { performanceId, size: 3, rule, name: 'Host' })
  const { link } = codesOf({ groupId, ...formed })
  await ann.does('group:join', { code: link, name: 'Ann' })
  await ben.does('group:join', { code: link, name: 'Ben' })
  const { hold } = await host.does('group:hold', { groupId })
  return { performanceId, groupId, host, ann, ben, seats: hold?.seats ?? [] }
}

/** The moment in which the group's payment ends, or may be covered, is now. */
const hurry = async (groupId: string, seconds: number) =>
  await database.db.transaction().execute(async (trx) => {
    const moment = sql`date_trunc('milliseconds', now()) + make_interval(secs => ${seconds})`
    await sql`update groups set pay_until = ${moment}, short_until = case when short_until is not null then ${moment} end
      where id = ${groupId}`.execute(trx)
    await sql`update orders set deadline_at = ${moment}
      where group_id = ${groupId} and status in ('pending', 'authorized')`.execute(trx)
  })

test(
  '[G11, G12, G16] each pays, by card and wallet: nobody has anything before the last has paid, then all are sold at once',
  { timeout: TIME_MS },
  async () => {
    const { performanceId, groupId, host, ann, ben, seats } = await party('each_pays')
    const key = randomUUID()
    const [begun, again] = await Promise.all([begin(ann, groupId, key), begin(ann, groupId, key)])
    expect(begun.status).toBe(201)
    expect(again.body.order).toEqual(begun.body.order)
    expect(begun.body).toMatchObject({
      group: { status: 'paying', hold: null, payment: { amount: 3 * PRICE, missing: 3 * PRICE, currency: 'EUR' } },
      order: { status: 'pending', amount: PRICE, key: expect.any(String), cancellable: false },
    })
    expect(begun.body.group.payment?.seats).toEqual(seats)
    const later = await begin(host, groupId)
    expect(later).toMatchObject({ status: 201, body: { group: { status: 'paying' }, order: { amount: PRICE } } })
    expect(later.body.order?.key).not.toBe(begun.body.order?.key)
    const annsOrder = begun.body.order?.id ?? ''
    expect((await orderOf(ben, annsOrder)).status).toBe(404)
    expect(await ben.ask('group:leave', { groupId })).toMatchObject({ ok: false, code: 'GROUP_BUSY' })

    expect((await pay(ann, performanceId, { method: 'card', card: 'ok' })).status).toBe(202)
    expect(await pay(host, performanceId, { method: 'wallet' })).toMatchObject({
      status: 202,
      body: { order: { status: 'authorized' }, payment: { status: 'captured' } },
    })
    expect(await balanceOf(host)).toBe(1_000_000 - PRICE)
    const waiting = await host.sees('two shares', performanceId, ({ payment }) => payment?.missing === PRICE)
    expect(waiting.members.map(({ name, share }) => [name, share])).toEqual([
      ['Host', 'reserved'],
      ['Ann', 'reserved'],
      ['Ben', 'open'],
    ])
    // [O11] Nobody breaks out, and nobody pays twice.
    expect(await post(ann, `/api/orders/${annsOrder}/cancel`, {})).toMatchObject({
      status: 409,
      body: { code: 'ORDER_BUSY' },
    })
    expect(await pay(ann, performanceId, { method: 'wallet' })).toMatchObject({ status: 202 })
    expect((await orderOf(ann, annsOrder)).body.payments).toHaveLength(1)
    expect(await statesOf(performanceId, seats)).toBe('111')
    expect(await ticketsOf(ann, annsOrder)).toEqual([])
    await sound(performanceId)

    await pay(ben, performanceId, { method: 'card', card: 'twice' })
    const sold = await becomes(host, performanceId, 'sold')
    expect(sold.members.map(({ share }) => share)).toEqual(['paid', 'paid', 'paid'])
    await eventually('sold on the map', 5_000, async () => (await statesOf(performanceId, seats)) === '222')
    expect(await ticketsOf(ann, annsOrder)).toHaveLength(1)
    expect((await orderOf(ann, annsOrder)).body.payments).toMatchObject([{ status: 'captured', amount: PRICE }])

    // Each is its owner's alone now, and so are they.
    const { body } = await post<ChangedOrder>(ann, `/api/orders/${annsOrder}/cancel`, {})
    expect(['refund_due', 'refunded']).toContain(body.order.status)
    await eventually(
      'free again',
      5_000,
      async () => (await statesOf(performanceId, seats)).replaceAll('2', '') === '0',
    )
    expect(await ann.ask('seats:hold', { performanceId, seats: [40] })).toMatchObject({ ok: true })
    expect(await begin(host, groupId)).toMatchObject({ status: 201, body: { group: { status: 'sold' } } })
    expect(await giveUp(host, groupId)).toMatchObject({ status: 409, body: { code: 'ORDER_ENDED' } })
    await sound(performanceId)
  },
)

test(
  '[G13, O6] one never pays: at the deadline everything goes back and is free, and they may begin anew',
  { timeout: TIME_MS },
  async () => {
    const { performanceId, groupId, host, ann, ben, seats } = await party('each_pays', 6)
    await begin(host, groupId)
    await pay(host, performanceId, { method: 'wallet' })
    await pay(ann, performanceId, { method: 'card', card: 'ok' })
    const annsOrder = (await ann.look(performanceId))?.payment?.myOrderId ?? ''
    const ended = await host.sees('the end', performanceId, ({ notice }) => notice === 'payment_expired')
    expect(ended).toMatchObject({ status: 'forming', payment: null, hold: null })
    expect(ended.members.map(({ share }) => share)).toEqual(['none', 'none', 'none'])
    await eventually('free on the map', 5_000, async () => (await statesOf(performanceId, seats)) === '000')
    await eventually('the points are back', 5_000, async () => (await balanceOf(host)) === 1_000_000)
    await eventually(
      'nothing is reserved',
      15_000,
      async () => (await orderOf(ann, annsOrder)).body,
      ({ status, payments }) => status === 'expired' && payments.every((payment) => payment.status === 'voided'),
    )
    expect(await pay(ben, performanceId, { method: 'wallet' })).toMatchObject({ status: 404 })
    await sound(performanceId)

    const held = await ben.does('group:hold', { groupId })
    expect(held).toMatchObject({ status: 'held', notice: null })
    await begin(ben, groupId)
    for (const friend of [host, ann, ben]) await pay(friend, performanceId, { method: 'wallet' })
    expect(await becomes(ben, performanceId, 'sold')).toMatchObject({ payment: { missing: 0 } })
    await sound(performanceId)
  },
)

test(
  '[G14] the host covers, near the end: the friends have their seats, the host gets the money back',
  { timeout: TIME_MS },
  async () => {
    const { performanceId, groupId, host, ann, ben } = await party('host_covers')
    expect(await cover(host, groupId)).toMatchObject({ status: 409, body: { code: 'ORDER_ENDED' } })
    await begin(host, groupId)
    expect(await cover(host, groupId)).toMatchObject({ status: 409, body: { code: 'TOO_EARLY' } })
    expect((await cover(host, groupId)).body).toHaveProperty('retryInMs')
    await pay(ann, performanceId, { method: 'card', card: 'ok' })
    await host.sees("Ann's share", performanceId, (group) => named(group, 'Ann').share === 'reserved')
    const bensOrder = (await ben.look(performanceId))?.payment?.myOrderId ?? ''

    await hurry(groupId, 25)
    expect((await host.look(performanceId))?.payment?.hostMayCoverInMs).toBe(0)
    expect(await cover(ben, groupId)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
    expect(await cover(host, groupId, { method: 'gold' })).toMatchObject({ status: 400 })
    const key = randomUUID()
    const covered = await cover(host, groupId, { method: 'wallet' }, key)
    expect(covered).toMatchObject({ status: 202, body: { group: { payment: { missing: 0 } } } })
    expect((await cover(host, groupId, { method: 'wallet' }, key)).status).toBe(202)
    await becomes(ben, performanceId, 'sold')
    expect(await balanceOf(host)).toBe(1_000_000 - 2 * PRICE)
    expect(await ticketsOf(ben, bensOrder)).toHaveLength(1)
    expect((await orderOf(host, bensOrder)).status).toBe(404)

    await post(ben, `/api/orders/${bensOrder}/cancel`, {})
    expect(await balanceOf(host)).toBe(1_000_000 - PRICE)
    expect(await balanceOf(ben)).toBe(1_000_000)
    await sound(performanceId)
  },
)

test(
  '[G8, G10, G13, H8] one pays for all: whoever begins; the host gives up and they begin anew; each seat stays its friend’s',
  { timeout: TIME_MS },
  async () => {
    const { performanceId, groupId, host, ann, ben, seats } = await party('one_pays', 60, 1)
    const stranger = await friendOn(cluster.origin(1))
    friends.push(stranger)
    for (const answer of [
      await begin(stranger, groupId),
      await cover(stranger, groupId),
      await giveUp(stranger, groupId),
      await giveUp(host, randomUUID()),
    ])
      expect(answer).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })

    const first = await begin(ann, groupId)
    expect(first.body).toMatchObject({ order: { amount: 3 * PRICE }, group: { payment: { hostMayCoverInMs: null } } })
    expect((await begin(ben, groupId)).body.order).toBeUndefined()
    expect(await cover(host, groupId)).toMatchObject({ status: 403 })
    expect(await giveUp(ann, groupId)).toMatchObject({ status: 403 })
    const given = await giveUp(host, groupId)
    expect(given).toMatchObject({
      status: 200,
      body: { group: { status: 'forming', notice: 'given_up', payment: null } },
    })
    expect(await statesOf(performanceId, seats)).toBe('000')
    expect((await giveUp(host, groupId)).status).toBe(200)
    expect(await begin(ann, groupId)).toMatchObject({ status: 409, body: { code: 'NO_HOLD' } })
    expect(await post(ann, `/api/orders/${first.body.order?.id}/payments`, { method: 'wallet' })).toMatchObject({
      status: 409,
      body: { code: 'ORDER_ENDED' },
    })

    await host.does('group:hold', { groupId })
    const second = await begin(ben, groupId)
    expect(
      await post<PaymentAnswer>(ben, `/api/orders/${second.body.order?.id}/payments`, { method: 'card' }),
    ).toMatchObject({
      status: 202,
    })
    const sold = await becomes(ann, performanceId, 'sold')
    expect(named(sold, 'Ben')).toMatchObject({ share: 'paid', amount: 3 * PRICE })
    const orderId = second.body.order?.id ?? ''
    expect(await ticketsOf(ben, orderId)).toHaveLength(3)
    await sound(performanceId)

    // One seat each is all that anybody may have, though the order is Ben's alone; given back, they may again.
    const alone = seats.some((seat) => seat < 24) ? [47, 46, 45] : [0, 1, 2]
    const held = async () => {
      const answers = await Promise.all(
        [host, ann, ben].map((who, place) => who.ask('seats:hold', { performanceId, seats: [alone[place] ?? 0] })),
      )
      return answers.map((answer) => (answer.ok ? 'held' : answer.code)).join()
    }
    await eventually('nobody is in the group', 10_000, held, (said) => !said.includes('IN_GROUP'))
    expect(await held()).toBe('LIMIT_EXCEEDED,LIMIT_EXCEEDED,LIMIT_EXCEEDED')
    expect(await post(ben, `/api/orders/${orderId}/cancel`)).toMatchObject({ status: 200 })
    await eventually('everybody may again', 10_000, held, (said) => said === 'held,held,held')
    await sound(performanceId)
  },
)

test(
  '[G15] a card that was accepted does not pay: the group is short, the host covers it under any rule',
  { timeout: TIME_MS },
  async () => {
    const { performanceId, groupId, host, ann, ben, seats } = await party('each_pays')
    await begin(host, groupId)
    await pay(host, performanceId, { method: 'wallet' })
    await pay(ann, performanceId, { method: 'card', card: 'capture_fails' })
    await pay(ben, performanceId, { method: 'card', card: 'ok' })
    const short = await becomes(host, performanceId, 'short')
    expect(short).toMatchObject({ notice: 'capture_failed', payment: { missing: PRICE, hostMayCoverInMs: 0 } })
    expect(short.payment?.expiresInMs).toBeGreaterThan(30_000)
    expect(named(short, 'Ann').share).toBe('open')
    expect(meIn(short).share).toBe('reserved')
    expect(await statesOf(performanceId, seats)).toBe('111')
    expect((await cover(host, groupId, { method: 'card', card: 'ok' })).status).toBe(202)
    const sold = await becomes(ann, performanceId, 'sold')
    await eventually(
      'nothing stays reserved',
      15_000,
      async () => (await orderOf(ann, sold.payment?.myOrderId ?? '')).body.payments.map(({ status }) => status),
      (statuses) => statuses.join() === 'voided,captured',
    )
    await sound(performanceId)
  },
)

test(
  '[G13, G15] short, and nobody covers: everything that was taken goes back, every seat is free',
  { timeout: TIME_MS },
  async () => {
    const { performanceId, groupId, host, ann, ben, seats } = await party('host_covers')
    await begin(host, groupId)
    await pay(ben, performanceId, { method: 'card', card: 'ok' })
    await pay(host, performanceId, { method: 'wallet' })
    await pay(ann, performanceId, { method: 'card', card: 'capture_fails' })
    const { payment } = await becomes(ben, performanceId, 'short')
    expect(await giveUp(ben, groupId)).toMatchObject({ status: 403 })
    await hurry(groupId, -1)
    await ben.sees('the end', performanceId, ({ notice }) => notice === 'payment_expired')
    await eventually('free on the map', 5_000, async () => (await statesOf(performanceId, seats)) === '000')
    await eventually('the points are back', 5_000, async () => (await balanceOf(host)) === 1_000_000)
    await eventually(
      "Ben's money is back",
      15_000,
      async () => (await orderOf(ben, payment?.myOrderId ?? '')).body.payments[0],
      (paid) => paid?.status === 'refunded' && paid.refunded === PRICE,
    )
    await sound(performanceId)
  },
)
