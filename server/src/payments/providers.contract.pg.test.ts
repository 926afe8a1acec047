import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../test/support/eventually.ts'
import { testDatabase, type TestDatabase } from '../../test/support/postgres.ts'
import { storeOrder } from '../../test/support/stored-order.ts'
import { createTestSale } from '../../test/support/test-sale.ts'
import { connectDatabase, type DatabaseClient } from '../database/client.ts'
import { type Charge, NotOfferedError, type PaymentProvider, PaymentRefusedError } from './payment-provider.ts'
import { sandboxCardProvider } from './sandbox-card-provider.ts'
import { SandboxPayments } from './sandbox/sandbox-payments.ts'
import { sandboxServer } from './sandbox/sandbox-server.ts'
import type { SandboxEvent } from './sandbox/sandbox-wire.ts'
import { walletProvider } from './wallet-provider.ts'
import { SIGNATURE_HEADER, signWebhook } from './webhook-signature.ts'

const SECRET = 'a secret of the contract tests, long enough'

let database: TestDatabase
let client: DatabaseClient
let sandbox: SandboxPayments
let server: Server
let url: string
let performanceId: string
let nextSeat = 0
const told: SandboxEvent[] = []

beforeAll(async () => {
  database = await testDatabase()
  client = connectDatabase({ databaseUrl: database.url })
  performanceId = await createTestSale(database.url, 4)
  sandbox = new SandboxPayments({
    delays: { answerMs: 5, slowMs: 200, lateMs: 10, lateMsMax: 60, gapMs: 5 },
    tell: (_url, event) => void told.push(event),
  })
  server = sandboxServer(sandbox, SECRET, pino({ level: 'silent' }))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  sandbox.stop()
  server.close()
  server.closeAllConnections()
  await client.close()
  await database.drop()
})

/** Each call in a transaction of its own, as its callers have one. */
function wallet(): PaymentProvider {
  const inside = <T>(call: (provider: PaymentProvider) => Promise<T>): Promise<T> =>
    client.db.transaction().execute((trx) => call(walletProvider(trx, { demoBalance: 10_000 })))
  return {
    ...walletProvider(client.db, { demoBalance: 10_000 }),
    capture: (reference, wanted) => inside((provider) => provider.capture(reference, wanted)),
    refund: (request) => inside((provider) => provider.refund(request)),
  }
}
const card = () => sandboxCardProvider({ url, secret: SECRET, webhookUrl: () => 'http://127.0.0.1:1/' })

const PROVIDERS: readonly {
  readonly name: string
  readonly make: () => PaymentProvider
  readonly card: string | null
}[] = [
  { name: 'wallet', make: wallet, card: null },
  { name: 'sandbox-card', make: card, card: 'ok' },
]

const charge = (given: Partial<Charge>): Charge => ({
  paymentId: randomUUID(),
  orderId: randomUUID(),
  userId: randomUUID(),
  amount: 2_500,
  currency: 'KRW',
  expiresInMs: 60_000,
  card: null,
  ...given,
})

/** As far as its money being taken. */
async function take(provider: PaymentProvider, wanted: Charge) {
  const { reference } = await provider.create(wanted)
  if (provider.capabilities.authorization) {
    await provider.authorize(reference)
    await eventually(
      'authorized',
      5_000,
      async () => (await provider.retrieve(wanted.paymentId))?.status === 'authorized',
    )
  }
  return await provider.capture(reference, wanted)
}

describe.each(PROVIDERS)('$name keeps the contract of providers', ({ name, make, card: cardName }) => {
  const wanted = () => charge({ card: cardName, orderId: '00000000-0000-7000-8000-000000000000' })

  test('says its name and accepts its cards only', () => {
    expect(make().name).toBe(name)
    expect(make().acceptsCard(cardName)).toBe(true)
    expect(make().acceptsCard('no-such-card')).toBe(false)
  })

  test('[P4] create, asked again, is the same payment, and takes nothing yet', async () => {
    const provider = make()
    const one = wanted()
    const created = await provider.create(one)
    expect(created).toMatchObject({ status: 'created', amount: 2_500, currency: 'KRW', paymentId: one.paymentId })
    expect(await provider.create(one)).toEqual(created)
  })

  test('[P4] capture takes the money once, however often it is asked', async () => {
    const provider = make()
    const one = { ...wanted(), orderId: await anOrder() }
    const captured = await take(provider, one)
    expect(captured).toMatchObject({ status: 'captured', amount: 2_500, refunded: 0, failure: null })
    expect(await provider.capture(captured.reference, one)).toMatchObject({ status: 'captured', amount: 2_500 })
    expect(await provider.retrieve(one.paymentId)).toMatchObject({ status: 'captured', amount: 2_500 })
  })

  test('retrieve knows nothing of a payment that was never made', async () => {
    expect(await make().retrieve(randomUUID())).toBeUndefined()
  })

  test('[P9] a refund is given back once by its id', async () => {
    const provider = make()
    const one = { ...wanted(), orderId: await anOrder() }
    const { reference } = await take(provider, one)
    const refundId = await aRefund(one, 1_000)
    const refund = {
      reference,
      paymentId: one.paymentId,
      orderId: one.orderId,
      refundId,
      amount: 1_000,
      currency: 'KRW',
    }
    await provider.refund(refund)
    await provider.refund(refund)
    expect(await provider.retrieve(one.paymentId)).toMatchObject({ status: 'captured', refunded: 1_000 })
  })

  test('refuses to give back a payment that it does not know', async () => {
    const one = wanted()
    const refund = { ...one, reference: 'unknown', refundId: randomUUID() }
    await expect(make().refund(refund)).rejects.toBeInstanceOf(PaymentRefusedError)
  })

  test('an authorization is offered or refused as the flags say', async () => {
    const provider = make()
    const { reference } = await provider.create(wanted())
    if (provider.capabilities.authorization) {
      expect(await provider.void(reference)).toMatchObject({ status: 'voided' })
      expect(await provider.void(reference)).toMatchObject({ status: 'voided' })
      expect(await provider.authorize(reference)).toMatchObject({ status: 'voided' })
    } else {
      await expect(provider.authorize(reference)).rejects.toBeInstanceOf(NotOfferedError)
      await expect(provider.void(reference)).rejects.toBeInstanceOf(NotOfferedError)
    }
  })

  test('[P12] never believes an unsigned message', () => {
    const body = Buffer.from('{}')
    expect(make().verifyWebhook({ headers: {}, body }, Date.now())).toEqual({ ok: false, code: 'WEBHOOK_FORGED' })
  })
})

describe('the sandbox card', () => {
  const outcome = async (name: string, statuses: readonly string[]) => {
    const provider = card()
    const one = charge({ card: name, expiresInMs: 0 })
    const { reference } = await provider.create(one)
    expect(await provider.authorize(reference)).toMatchObject({ status: 'processing' })
    await eventually(name, 5_000, async () => statuses.includes((await provider.retrieve(one.paymentId))?.status ?? ''))
    return { provider, reference, one, told: () => told.filter(({ payment }) => payment.paymentId === one.paymentId) }
  }

  test('fail is declined and says so', async () => {
    const { provider, one, told: events } = await outcome('fail', ['failed'])
    expect(await provider.retrieve(one.paymentId)).toMatchObject({ failure: 'card_declined' })
    expect(events().map(({ type }) => type)).toEqual(['payment.failed'])
  })

  test('twice tells everything twice, with the same event id', async () => {
    const { told: events } = await outcome('twice', ['authorized'])
    await eventually('two messages', 5_000, () => events().length === 2)
    expect(new Set(events().map(({ id }) => id)).size).toBe(1)
  })

  test('out_of_order takes the money by itself and tells the end first', async () => {
    const { told: events } = await outcome('out_of_order', ['captured'])
    await eventually('two messages', 5_000, () => events().length === 2)
    expect(events().map(({ type }) => type)).toEqual(['payment.captured', 'payment.authorized'])
  })

  test('late cannot be stopped before it takes the money; never and slow can', async () => {
    const late = await outcome('late', ['processing'])
    expect(await late.provider.void(late.reference)).toMatchObject({ status: 'processing' })
    await eventually(
      'late',
      5_000,
      async () => (await late.provider.retrieve(late.one.paymentId))?.status === 'captured',
    )
    for (const name of ['never', 'slow']) {
      const { provider, reference } = await outcome(name, ['processing'])
      expect(await provider.void(reference)).toMatchObject({ status: 'voided' })
    }
  })

  test('silent works and tells nobody', async () => {
    const { told: events } = await outcome('silent', ['authorized'])
    expect(events()).toEqual([])
  })

  test('gives back no more than it took, and nothing that it did not take', async () => {
    const { provider, reference, one } = await outcome('ok', ['authorized'])
    const refund = { ...one, reference, refundId: randomUUID() }
    await expect(provider.refund(refund)).rejects.toMatchObject({ code: 'not_captured' })
    await provider.capture(reference, one)
    await expect(provider.refund({ ...refund, amount: 2_501 })).rejects.toMatchObject({ code: 'more_than_was_paid' })
  })

  test('listens only to whoever has the key', async () => {
    const stranger = sandboxCardProvider({ url, secret: 'another secret', webhookUrl: () => null })
    await expect(stranger.create(charge({ card: 'ok' }))).rejects.toThrow('401')
    const response = await fetch(`${url}/v1/payments?paymentId=x`, { headers: { authorization: 'Bearer ' } })
    expect(response.status).toBe(401)
  })

  test('[P12] a message is believed with the right signature over the right bytes within five minutes', () => {
    const payment = {
      id: 'sp_1',
      paymentId: randomUUID(),
      status: 'captured',
      amount: 1,
      currency: 'KRW',
      refunded: 0,
      failure: null,
    }
    const body = Buffer.from(JSON.stringify({ id: 'evt_1', type: 'payment.captured', payment }))
    const nowMs = 1_800_000_000_000
    const verdict = (secret: string, signedMs: number, bytes = body) =>
      card().verifyWebhook({ headers: { [SIGNATURE_HEADER]: signWebhook(secret, body, signedMs) }, body: bytes }, nowMs)
    expect(verdict(SECRET, nowMs)).toMatchObject({
      ok: true,
      event: { id: 'evt_1', report: { status: 'captured', amount: 1 } },
    })
    expect(verdict(SECRET, nowMs - 300_000)).toMatchObject({ ok: true })
    expect(verdict(SECRET, nowMs - 300_001)).toEqual({ ok: false, code: 'WEBHOOK_STALE' })
    expect(verdict(SECRET, nowMs + 300_001)).toEqual({ ok: false, code: 'WEBHOOK_STALE' })
    expect(verdict('guess', nowMs)).toEqual({ ok: false, code: 'WEBHOOK_FORGED' })
    expect(verdict('guess', nowMs - 900_000)).toEqual({ ok: false, code: 'WEBHOOK_FORGED' })
    const richer = Buffer.from(body.toString().replace('"amount":1', '"amount":9'))
    expect(verdict(SECRET, nowMs, richer)).toEqual({ ok: false, code: 'WEBHOOK_FORGED' })
    for (const header of ['', 't=1', 't=1,v1=00', `v1=${'0'.repeat(64)}`])
      expect(card().verifyWebhook({ headers: { [SIGNATURE_HEADER]: header }, body }, nowMs).ok).toBe(false)
  })
})

/** The ledger names orders that exist. */
async function anOrder(): Promise<string> {
  nextSeat += 1
  const { id } = await storeOrder(client.db, { performanceId, seats: [nextSeat], status: 'pending' })
  return id
}

/** A refund as the books have it, of a payment as they have it. */
async function aRefund(one: Charge, amount: number): Promise<string> {
  const id = randomUUID()
  const { paymentId, orderId, userId, currency } = one
  await client.db
    .insertInto('payments')
    .values({
      id: paymentId,
      order_id: orderId,
      user_id: userId,
      provider: 'wallet',
      method: 'wallet',
      card: null,
      status: 'captured',
      amount_minor: one.amount,
      currency,
      provider_reference: null,
      redirect_url: null,
      failure: null,
      request_key: null,
      next_attempt_at: null,
    })
    .execute()
  await client.db
    .insertInto('refunds')
    .values({ id, payment_id: paymentId, order_id: orderId, amount_minor: amount, from_minor: 0, reason: 'changed' })
    .execute()
  return id
}
