import { isTaken, type PaymentStatus } from '@seatcast/shared/domain/payment-state.ts'
import type { Order } from '@seatcast/shared/protocol/order.ts'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, type ExpectStatic, test } from 'vitest'
import { ConfigError, readConfig } from '../src/config.ts'
import { connectDatabase } from '../src/database/client.ts'
import { CRASH_STEPS, crashStep } from '../src/roles/crash-step.ts'
import { goShopping, type Journey } from './support/buyer-journey.ts'
import { type Cluster, TEST_PARTITIONS } from './support/cluster.ts'
import { eventually } from './support/eventually.ts'
import { type KillSystem, killSystem, SystemPool } from './support/kill-systems.ts'
import { auditFindings, aShopper, type Shopper } from './support/shopper.ts'
import { straightRows } from './support/straight-rows.ts'
import { createTestSale } from './support/test-sale.ts'

/** How soon after the restart money and seats are right, ms. */
const RIGHT_MS = 10_000
const PRICE = 1_000
const SEATS = [3, 4]
const DEARER = 1_700
/** Seats from this one on are dearer. */
const DEARER_FROM = 250
/** For one step, ms: it waits for a system of its own, on a machine that may be busy. */
const TIME_MS = 240_000
/** Systems that die side by side. Source: a recovery is mostly waiting; more only start more processes. */
const SYSTEMS = 3

const WALLET: Journey = { seats: SEATS }
const CARD: Journey = { seats: SEATS, card: 'ok' }
const SLOW: Journey = { seats: SEATS, card: 'slow' }
const MOVE: Journey = { seats: SEATS, moveTo: 7 }
const REFUND: Journey = { seats: SEATS, card: 'ok', cancels: true }
const LATE: Journey = { seats: SEATS, card: 'late' }
const CALLED_OFF: Journey = { ...LATE, callsOff: true }
const UPGRADE: Journey = { seats: SEATS, upgradeTo: DEARER_FROM }
interface Scenario {
  readonly step: (typeof CRASH_STEPS)[number]
  readonly name: string
  readonly journey: Journey
}
/** Steps that another purchase comes by too: the long version (server/dev/test.ts). */
const MORE: readonly Scenario[] = [{ step: 'report applied', name: 'by wallet', journey: WALLET }]
/** Which purchase comes by each step; those with the longest recovery first. */
const SCENARIOS: readonly Scenario[] = [
  { step: 'seats claimed late', name: 'money after the end', journey: LATE },
  { step: 'seats claimed late', name: 'money after the cancelling', journey: CALLED_OFF },
  { step: 'overdue orders ended', name: 'money after the end', journey: LATE },
  { step: 'order id claimed', name: 'by wallet', journey: WALLET },
  { step: 'seats locked', name: 'by wallet', journey: WALLET },
  { step: 'order written', name: 'by wallet', journey: WALLET },
  { step: 'provider refunded', name: 'a refund', journey: REFUND },
  { step: 'refund confirmed', name: 'a refund', journey: REFUND },
  { step: 'provider captured', name: 'a paid order to a dearer seat', journey: UPGRADE },
  { step: 'payment written', name: 'by card', journey: CARD },
  { step: 'provider began', name: 'by card', journey: CARD },
  { step: 'event stored', name: 'by card', journey: CARD },
  { step: 'provider captured', name: 'by card', journey: CARD },
  { step: 'report applied', name: 'by card', journey: CARD },
  { step: 'seats secured', name: 'a change of seats', journey: MOVE },
  { step: 'seats exchanged', name: 'a change of seats', journey: MOVE },
  { step: 'order committed', name: 'by wallet', journey: WALLET },
  { step: 'outbox read', name: 'by wallet', journey: WALLET },
  { step: 'map settled', name: 'by wallet', journey: WALLET },
  { step: 'outbox entry deleted', name: 'by wallet', journey: WALLET },
  { step: 'payment committed', name: 'by wallet', journey: WALLET },
  ...(process.env['ORDER_KILLS'] === 'all' ? MORE : []),
]

const HALL = straightRows(20, 25)
const TWO_PRICES = {
  layout: {
    ...HALL,
    categories: [...HALL.categories, { id: 1, name: 'Boxes', color: '#336699' }],
    seats: { ...HALL.seats, category: HALL.seats.category.map((_, seat) => (seat < DEARER_FROM ? 0 : 1)) },
  },
  zones: [
    { id: 'all', name: 'All', color: '#336699', price: PRICE, currency: 'EUR', categories: [0] },
    { id: 'boxes', name: 'Boxes', color: '#993366', price: DEARER, currency: 'EUR', categories: [1] },
  ],
}

let pool: SystemPool
let systems: KillSystem[] = []
beforeAll(async () => {
  systems = await Promise.all(Array.from({ length: SYSTEMS }, () => killSystem()))
  pool = new SystemPool(systems)
}, TIME_MS)
afterAll(() => Promise.all(systems.map((system) => system.stop())))

test('every step has its purchase; production refuses to be killed', () => {
  expect(new Set(SCENARIOS.map(({ step }) => step))).toEqual(new Set(CRASH_STEPS))
  const production = { NODE_ENV: 'production', DATABASE_URL: 'x', REDIS_URL: 'x', TOKEN_SECRET: 'x'.repeat(32) }
  expect(() => readConfig({ ...production, SEATCAST_CRASH_FILE: 'somewhere' })).toThrow(ConfigError)
  expect(crashStep(readConfig(production))).toBeUndefined()
})

test.concurrent.for(SCENARIOS)(
  '[O4, O7, P4, P8] killed at "$step", $name: money and seats are right within 10 s of the restart',
  { timeout: TIME_MS },
  async ({ step, name, journey }, { expect: expects }) => {
    await pool.use((system) =>
      buyThrough(system, journey, expects, `killed at "${step}", ${name}`, async () => {
        // The sweep comes by its step when there is something to sweep.
        system.arm(step === 'order id claimed' ? ['seats locked', step] : [step])
        return async () => {
          await system.whenDead()
          await system.restart()
        }
      }),
    )
  },
)

const OTHERS: readonly {
  readonly name: string
  readonly journey: Journey
  readonly kill: (system: KillSystem) => Promise<void>
}[] = [
  {
    name: 'the payment service',
    journey: SLOW,
    kill: async (system) => {
      await system.killSandbox()
      await system.startSandboxAgain()
    },
  },
  {
    name: 'the scheduler',
    journey: SLOW,
    kill: async ({ cluster }) => {
      await cluster.schedulers[0]?.kill()
      await cluster.restartScheduler(0)
    },
  },
]

test.concurrent.for(OTHERS)(
  '[P4, P8] $name is killed while somebody pays: money and seats are right within 10 s of the restart',
  { timeout: TIME_MS },
  async ({ name, journey, kill }, { expect: expects }) => {
    await pool.use((system) => killWhilePaying(system, journey, expects, name, () => kill(system)))
  },
)

test.concurrent(
  '[P3, O2] PostgreSQL is killed while somebody pays: money and seats are right within 10 s of the restart',
  { timeout: TIME_MS },
  async ({ expect: expects }) => {
    const system = await killSystem({ ownPostgres: true })
    try {
      await killWhilePaying(system, WALLET, expects, 'PostgreSQL', async () => {
        await system.cluster.killPostgres()
        await system.cluster.startPostgresAgain()
      })
    } finally {
      await system.stop()
    }
  },
)

function killWhilePaying(
  system: KillSystem,
  journey: Journey,
  expects: ExpectStatic,
  what: string,
  kill: () => Promise<void>,
): Promise<void> {
  const paying = Promise.withResolvers<void>()
  const watched = { ...journey, whenPaying: () => paying.resolve() }
  return buyThrough(system, watched, expects, `killed: ${what}`, () => async () => {
    await paying.promise
    await kill()
  })
}

/**
 * Somebody buys, something dies meanwhile and comes back; all is right soon after, and the buyer gets what they wanted.
 * `prepare`: just before they begin; what it returns lets it die and come back.
 */
async function buyThrough(
  { cluster }: KillSystem,
  journey: Journey,
  expects: ExpectStatic,
  what: string,
  prepare: () => (() => Promise<void>) | Promise<() => Promise<void>>,
): Promise<void> {
  const startsAt = new Date(Date.now() + 30 * 86_400_000)
  const id = await createTestSale(cluster.databaseUrl, TEST_PARTITIONS, { startsAt, ...TWO_PRICES })
  const shopper = await aShopper(cluster.origin(0), id)
  try {
    const dieAndComeBack = await prepare()
    const recovered = Promise.withResolvers<void>()
    const expires = journey.card === 'late' && journey.callsOff !== true
    const whenWaiting = expires ? (orderId: string) => endOrder(cluster, orderId) : undefined
    const shopping = goShopping(shopper, { ...journey, ...(whenWaiting && { whenWaiting }) }, recovered.promise)
    // A buyer who was refused never comes to the step: their word says more than that nobody died.
    await Promise.race([dieAndComeBack(), shopping.then(() => new Promise<never>(() => undefined))])
    // At once, not after the pause that a client makes when nobody answers.
    shopper.socket.disconnect().connect()
    const tookMs = await eventually('all is right', RIGHT_MS, () => whatIsWrong(cluster, id, shopper, journey), isEmpty)
    console.log(`${what}: right ${Math.round(tookMs)} ms after the restart`)

    // The buyer, whose browser tries again, gets what they wanted, and pays for it once.
    recovered.resolve()
    await expectBought(shopper, await shopping, journey, expects)
    await eventually('a sound audit', 5_000, () => auditFindings(cluster.origin(0), id), isEmpty)
  } finally {
    shopper.close()
  }
}

const isEmpty = (found: readonly unknown[]): boolean => found.length === 0

async function expectBought(shopper: Shopper, order: Order, journey: Journey, expects: ExpectStatic): Promise<void> {
  const moved = journey.moveTo ?? journey.upgradeTo
  const seats = moved === undefined ? journey.seats : [...journey.seats.slice(1), moved]
  const isRefunded = journey.cancels === true
  const kept = order.seats.filter(({ released }) => !released).map(({ seat }) => seat)
  if (!isRefunded) expects(kept.toSorted((a, b) => a - b)).toEqual(seats)
  const price = seats.reduce((sum, seat) => sum + (seat < DEARER_FROM ? PRICE : DEARER), 0)
  if (journey.upgradeTo === undefined)
    expects(order.payments).toMatchObject([{ amount: price, refunded: isRefunded ? price : 0 }])
  else
    await eventually(
      'paid once',
      5_000,
      () => takenFor(shopper, order.id),
      (taken) => taken === price,
    )
  const mine = await shopper.request<{ orders: { status: string }[] }>('GET', '/api/orders')
  expects(mine.body.orders).toHaveLength(1)
  const tickets = await shopper.request<{ tickets: object[] }>('GET', `/api/orders/${order.id}/tickets`)
  expects(tickets.body.tickets).toHaveLength(isRefunded ? 0 : SEATS.length)
}

/** What was taken for an order and not given back, minor units. */
async function takenFor(shopper: Shopper, orderId: string): Promise<number> {
  const { body } = await shopper.request<Order>('GET', `/api/orders/${orderId}`)
  const taken = body.payments.filter(({ status }) => isTaken(status as PaymentStatus))
  return taken.reduce((sum, { amount, refunded }) => sum + amount - refunded, 0)
}

/** The order's deadline passes, and the time that a payment in flight adds to it. */
async function endOrder({ databaseUrl }: Cluster, orderId: string): Promise<void> {
  await asked(databaseUrl, (db) =>
    sql`update orders set deadline_at = now() - interval '40 seconds',
      paying_until = now() - interval '10 seconds' where id = ${orderId}`.execute(db),
  )
}

async function asked<T>(
  databaseUrl: string,
  ask: (db: ReturnType<typeof connectDatabase>['db']) => Promise<T>,
): Promise<T> {
  const database = connectDatabase({ databaseUrl, poolSize: 1 })
  try {
    return await ask(database.db)
  } finally {
    await database.close()
  }
}

/** Of the audit, of what Redis is still to be told, and of what the buyer has: their seats, held or ordered, unless they gave them back. */
async function whatIsWrong(cluster: Cluster, id: string, shopper: Shopper, journey: Journey): Promise<string[]> {
  const wrong = await auditFindings(cluster.origin(0), id)
  const { rows } = await asked(cluster.databaseUrl, (db) =>
    sql<{ count: number }>`select count(*)::int as count from outbox`.execute(db),
  )
  if (rows[0]?.count !== 0) wrong.push(`${rows[0]?.count} entries wait in the outbox`)
  const ack = await shopper.ask('map:watch', {})
  if (!ack.ok) return [...wrong, `no answer: ${JSON.stringify(ack)}`]
  const mine = await shopper.request<{ orders: { id: string }[] }>('GET', '/api/orders')
  for (const { orderId } of ack.mine.orders)
    if (!mine.body.orders.some((order) => order.id === orderId)) wrong.push(`order ${orderId} was never written down`)
  const seats = [...(ack.mine.hold?.seats ?? []), ...ack.mine.orders.flatMap((order) => order.seats)]
  const has = seats.toSorted((a, b) => a - b).join()
  const other = journey.moveTo ?? journey.upgradeTo
  const moved = other === undefined ? [] : [[...SEATS.slice(1), other].join()]
  // Nothing: given back or, until the late money comes, expired or cancelled.
  const nothing = journey.cancels === true ? [''] : journey.card === 'late' ? ['', SEATS.join()] : []
  const allowed = nothing.length > 0 ? nothing : [SEATS.join(), ...moved]
  if (!allowed.includes(has)) wrong.push(`the buyer has ${has || 'nothing'}`)
  return wrong
}
