import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ConfigError, readConfig } from '../src/config.ts'
import { connectDatabase } from '../src/database/client.ts'
import { CRASH_STEPS, crashStep } from '../src/roles/crash-step.ts'
import { goShopping, type Journey } from './support/buyer-journey.ts'
import { type Cluster, startCluster, TEST_PARTITIONS } from './support/cluster.ts'
import { eventually } from './support/eventually.ts'
import { type RoleProcess, startRole } from './support/role-process.ts'
import { auditFindings, aShopper, type Shopper } from './support/shopper.ts'
import { createTestSale } from './support/test-sale.ts'

/** How soon after the restart money and seats are right, ms. */
const RIGHT_MS = 10_000
const PRICE = 1_000
const SEATS = [3, 4]
/** For one step, ms: several systems start at once, on a machine that may be busy. */
const TIME_MS = 180_000

const WALLET: Journey = { seats: SEATS }
const CARD: Journey = { seats: SEATS, card: 'ok' }
const MOVE: Journey = { seats: SEATS, moveTo: 7 }
const REFUND: Journey = { seats: SEATS, card: 'ok', cancels: true }
/** Which purchase comes by each step. */
const SCENARIOS: readonly {
  readonly step: (typeof CRASH_STEPS)[number]
  readonly name: string
  readonly journey: Journey
}[] = [
  { step: 'seats locked', name: 'by wallet', journey: WALLET },
  { step: 'order written', name: 'by wallet', journey: WALLET },
  { step: 'order committed', name: 'by wallet', journey: WALLET },
  { step: 'order id claimed', name: 'by wallet', journey: WALLET },
  { step: 'outbox read', name: 'by wallet', journey: WALLET },
  { step: 'map settled', name: 'by wallet', journey: WALLET },
  { step: 'outbox entry deleted', name: 'by wallet', journey: WALLET },
  { step: 'seats secured', name: 'a change of seats', journey: MOVE },
  { step: 'seats exchanged', name: 'a change of seats', journey: MOVE },
  { step: 'payment written', name: 'by card', journey: CARD },
  { step: 'provider began', name: 'by card', journey: CARD },
  { step: 'event stored', name: 'by card', journey: CARD },
  { step: 'provider captured', name: 'by card', journey: CARD },
  { step: 'report applied', name: 'by card', journey: CARD },
  { step: 'report applied', name: 'by wallet', journey: WALLET },
  { step: 'payment committed', name: 'by wallet', journey: WALLET },
  { step: 'provider refunded', name: 'a refund', journey: REFUND },
  { step: 'refund confirmed', name: 'a refund', journey: REFUND },
]

let sandbox: RoleProcess
beforeAll(async () => {
  sandbox = await startRole('sandbox-payments', {
    NODE_ENV: 'development',
    DATABASE_URL: 'postgres://nobody',
    REDIS_URL: 'redis://nobody',
    LOG_LEVEL: 'warn',
    SANDBOX_ANSWER_MS: '50',
    SANDBOX_GAP_MS: '50',
  })
})
afterAll(() => sandbox?.kill())

test('every step has its purchase; production and unknown steps are refused', () => {
  expect(new Set(SCENARIOS.map(({ step }) => step))).toEqual(new Set(CRASH_STEPS))
  const production = { NODE_ENV: 'production', DATABASE_URL: 'x', REDIS_URL: 'x', TOKEN_SECRET: 'x'.repeat(32) }
  expect(() => readConfig({ ...production, SEATCAST_CRASH_AT: 'seats locked' })).toThrow(ConfigError)
  expect(readConfig(production).crashAt).toBe('')
  expect(() => crashStep({ crashAt: 'nowhere' })).toThrow('SEATCAST_CRASH_AT')
})

test.concurrent.for(SCENARIOS)(
  '[O4, O7, P4, P8] killed at "$step", $name: money and seats are right within 10 s of the restart',
  { timeout: TIME_MS },
  async ({ step, name, journey }, { expect: expects }) => {
    const isSweep = step === 'order id claimed'
    const cluster = await startCluster({
      nodes: 1,
      workers: 1,
      schedulers: 0,
      env: {
        SANDBOX_PAYMENTS_URL: `http://127.0.0.1:${sandbox.port}`,
        // The sweep comes by its step when there is something to sweep.
        SEATCAST_CRASH_AT: isSweep ? 'seats locked' : step,
      },
    })
    let shopper: Shopper | undefined
    try {
      const startsAt = new Date(Date.now() + 30 * 86_400_000)
      const id = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS, { startsAt })
      shopper = await aShopper(cluster.origin(0), id)
      const recovered = Promise.withResolvers<void>()
      const shopping = goShopping(shopper, journey, recovered.promise)
      shopping.catch(() => undefined) // awaited below

      await eventually('the process dies', 30_000, () => cluster.nodes[0]?.output().includes('worker died') === true)
      await cluster.nodes[0]?.kill()
      if (isSweep) {
        await cluster.restartScheduler(0, { SEATCAST_CRASH_AT: step })
        await eventually('the scheduler dies', 30_000, () => cluster.schedulers[0]?.process.signalCode === 'SIGKILL')
      }
      await Promise.all([
        cluster.restartNode(0, { SEATCAST_CRASH_AT: '' }),
        cluster.restartScheduler(0, { SEATCAST_CRASH_AT: '' }),
      ])
      const tookMs = await eventually(
        'all is right',
        RIGHT_MS,
        () => whatIsWrong(cluster, id, shopper, journey),
        isEmpty,
      )
      console.log(`killed at "${step}", ${name}: right ${Math.round(tookMs)} ms after the restart`)

      // The buyer, whose browser tries again, gets what they wanted, and pays for it once.
      recovered.resolve()
      const order = await shopping
      const seats = journey.moveTo === undefined ? journey.seats : [...journey.seats.slice(1), journey.moveTo]
      const isRefunded = journey.cancels === true
      if (!isRefunded) expects(order.seats.map(({ seat }) => seat).toSorted((a, b) => a - b)).toEqual(seats)
      expects(order.payments).toMatchObject([
        { amount: SEATS.length * PRICE, refunded: isRefunded ? SEATS.length * PRICE : 0 },
      ])
      const mine = await shopper.request<{ orders: { status: string }[] }>('GET', '/api/orders')
      expects(mine.body.orders).toHaveLength(1)
      const tickets = await shopper.request<{ tickets: object[] }>('GET', `/api/orders/${order.id}/tickets`)
      expects(tickets.body.tickets).toHaveLength(isRefunded ? 0 : SEATS.length)
      await eventually('a sound audit', 5_000, () => auditFindings(cluster.origin(0), id), isEmpty)
    } finally {
      shopper?.close()
      await cluster.stop()
    }
  },
)

const isEmpty = (found: readonly unknown[]): boolean => found.length === 0

/** Of the audit, of what Redis is still to be told, and of what the buyer has: their seats, held or ordered, unless they gave them back. */
async function whatIsWrong(
  cluster: Cluster,
  id: string,
  shopper: Shopper | undefined,
  journey: Journey,
): Promise<string[]> {
  const wrong = await auditFindings(cluster.origin(0), id)
  const database = connectDatabase({ databaseUrl: cluster.databaseUrl, poolSize: 1 })
  try {
    const { rows } = await sql<{ count: number }>`select count(*)::int as count from outbox`.execute(database.db)
    if (rows[0]?.count !== 0) wrong.push(`${rows[0]?.count} entries wait in the outbox`)
  } finally {
    await database.close()
  }
  const ack = await shopper?.ask('map:watch', {})
  if (ack?.ok !== true) return [...wrong, `no answer: ${JSON.stringify(ack)}`]
  const seats = [...(ack.mine.hold?.seats ?? []), ...ack.mine.orders.flatMap((order) => order.seats)]
  const has = seats.toSorted((a, b) => a - b).join()
  const moved = journey.moveTo === undefined ? [] : [[...SEATS.slice(1), journey.moveTo].join()]
  const allowed = journey.cancels === true ? [''] : [SEATS.join(), ...moved]
  if (!allowed.includes(has)) wrong.push(`the buyer has ${has || 'nothing'}`)
  return wrong
}
