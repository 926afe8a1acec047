import { sql } from 'kysely'
import { cancelOrder } from '../../src/orders/cancel-order.ts'
import { changing, type SeatExchange } from '../../src/orders/change-seats.ts'
import { compareOrders } from '../../src/orders/compare-orders.ts'
import { deliverOutbox } from '../../src/orders/order-outbox.ts'
import { findAnyOrder, type OrderAccess, seatsOf, type StoredOrder } from '../../src/orders/order-repository.ts'
import { lateClaims } from '../../src/orders/late-claim.ts'
import { resolveLocks } from '../../src/orders/orphan-locks.ts'
import { endOverdueOrders } from '../../src/orders/overdue-orders.ts'
import type { SecuredMoney } from '../../src/orders/order-money.ts'
import { type OrderableMap, placing } from '../../src/orders/place-order.ts'
import type { PaymentContext, PaymentStep } from '../../src/payments/payment-context.ts'
import { orderMoney } from '../../src/payments/order-money.ts'
import { type Received, receiveWebhook } from '../../src/payments/receive-webhook.ts'
import { beginOutside, finishPayment, type PaymentWish } from '../../src/payments/start-payment.ts'
import { RefusalError } from '../../src/http/refusal.ts'
import type { StepName } from '../../src/orders/step.ts'
import { mapKeys } from '../../src/redis/keys.ts'
import { Crash, dyingAt } from './crash.ts'
import { type KeyedRequest, KeyedRequests } from './keyed-requests.ts'
import { type OrderWorld, TEST_KEYS } from './order-world.ts'
import type { PaymentWorld } from './payment-world.ts'
import type { SaleStep } from './sale-sequence.ts'
import { SCRIPTED } from './scripted-provider.ts'

type AnyStep = (name: StepName | PaymentStep) => void
type Of<Name extends SaleStep['do']> = Extract<SaleStep, { do: Name }>

interface PresentMap {
  now(): OrderableMap
  reload(): Promise<void>
}

/** What each step of a sequence does, as routes, jobs and time do it. */
export class SaleActs {
  readonly #world: OrderWorld
  readonly #money: PaymentWorld
  readonly #buyers: readonly string[]
  readonly #map: PresentMap
  readonly requests: KeyedRequests
  /** Newest first. */
  readonly #placed: string[] = []
  #signatures = 0

  constructor(world: OrderWorld, money: PaymentWorld, buyers: readonly string[], map: PresentMap) {
    this.#world = world
    this.#money = money
    this.#buyers = buyers
    this.#map = map
    this.requests = new KeyedRequests(world.db)
  }

  async perform(step: SaleStep): Promise<void> {
    const { db, orders, commands, redis } = this.#world
    const { target, performance } = this.#map.now()
    switch (step.do) {
      case 'hold':
        return void (await commands.hold(target, { buyer: this.#buyer(step.buyer), seats: step.seats }))
      case 'release':
        return void (await commands.release(target, { buyer: this.#buyer(step.buyer), seats: step.seats }))
      case 'place':
        return await this.#place(step)
      case 'buy':
        await commands.hold(target, { buyer: this.#buyer(step.buyer), seats: step.seats })
        return await this.#place({ ...step, do: 'place', seats: undefined })
      case 'pay':
        return await this.#withOrder(step.order, (order) => this.#pay(order, step))
      case 'cancel':
        return await this.#withOrder(step.order, (order) => this.#cancel(order, step))
      case 'change':
        return await this.#withOrder(step.order, (order) => this.#change(order, step))
      case 'decide': {
        const paymentId = [...this.#money.provider.payments.keys()].toReversed()[step.payment]
        return paymentId === undefined ? undefined : this.#money.provider.decide(paymentId, step.outcome)
      }
      case 'sale':
        await db.updateTable('performances').set({ status: step.status }).where('id', '=', performance.id).execute()
        return void (await commands.setSale(target, { status: step.status }))
      case 'block':
      case 'unblock':
        return await this.#block(step)
      case 'tell':
        return await this.#tell(step)
      case 'lose':
        return void this.#money.provider.faults.push(step.fault)
      case 'overdue':
        return await this.#withOrder(step.order, async ({ id }) => {
          await sql`update orders set deadline_at = now() - interval '40 seconds',
            paying_until = case when paying_until is null or not ${step.grace} then paying_until
              else now() - interval '10 seconds' end
            where id = ${id}`.execute(db)
        })
      case 'deliver': {
        const mapMissing = () => this.#map.reload()
        return void (await deliverOutbox({ db, orders, step: dyingAt(step.crash), mapMissing }))
      }
      case 'work':
        return void (await this.#money.work(this.#dying(dyingAt(step.crash))))
      case 'resolve':
        return void (await resolveLocks({ db, orders, step: dyingAt(step.crash) }, target, 0))
      case 'expire':
        return void (await commands.expireDue(target))
      case 'end overdue':
        return void (await endOverdueOrders(db))
      case 'compare':
        return void (await compareOrders({ db, orders, readMap: (of) => commands.readMap(of) }, target))
      case 'lapse':
        return await this.#lapse()
      case 'damage': {
        const hash = mapKeys(target)[step.part]
        const id = (await redis.hkeys(hash)).toSorted()[step.record]
        return id === undefined ? undefined : void (await redis.hset(hash, id, '{"buyer":'))
      }
      case 'start':
        await sql`update performances set starts_at = now() where id = ${performance.id} and starts_at > now()`.execute(
          db,
        )
        return
      case 'lose redis':
        // Lost with its server: another run, which has nothing.
        await redis.del(...Object.values(mapKeys(target)))
        await db.updateTable('performances').set({ redis_run_id: 'gone' }).where('id', '=', performance.id).execute()
        return await this.#map.reload()
      case 'restart redis':
        await db.updateTable('performances').set({ redis_run_id: 'gone' }).where('id', '=', performance.id).execute()
        return await this.#map.reload()
    }
  }

  #buyer(place: number): string {
    return this.#buyers[place] ?? ''
  }

  async #withOrder(place: number, act: (order: StoredOrder) => Promise<void>): Promise<void> {
    const id = this.#placed[place]
    const order = id === undefined ? undefined : await findAnyOrder(this.#world.db, id)
    if (order !== undefined) await act(order)
  }

  /** Payments of a process that dies at a step, also while it claims seats late. */
  #dying(step: AnyStep): PaymentContext {
    return { ...this.#money.context, step, secureSeats: lateClaims({ orders: this.#world.orders, step }) }
  }

  async #place({ buyer: place, seats, key, ...sending }: Of<'place'>): Promise<void> {
    const { db, orders } = this.#world
    const buyer = this.#buyer(place)
    const request = this.requests.of({ userId: buyer, path: '/orders', body: { seats }, key })
    await send(sending, (step) =>
      orDie(placing({ db, orders, keys: TEST_KEYS, step }, this.#map.now(), { buyer, seats }), async (attempt) => {
        let id: string | undefined
        await request.once(async (trx) => void ({ id } = (await attempt.place(trx)).order))
        if (id !== undefined) this.#placed.unshift(id)
        step('order committed')
      }),
    )
  }

  async #pay({ id: orderId, userId }: StoredOrder, { method, key, ...sending }: Of<'pay'>): Promise<void> {
    const { db } = this.#world
    const request = this.requests.of({ userId, path: `/orders/${orderId}/payments`, body: { method }, key })
    const { key: requestKey = null, sha256: requestSha256 = null } = request.keyed ?? {}
    const wish: PaymentWish = { orderId, userId, choice: { method }, requestKey, requestSha256 }
    await send(sending, async (step) => {
      const context = this.#dying(step)
      const isAnswered = method === 'card' && (await request.isAnswered())
      const begun = isAnswered ? NOBODY_ASKED : await beginOutside(db, context, wish)
      await request.once(async (trx) => void (await finishPayment(trx, context, wish, begun)))
      step('payment committed')
    })
  }

  async #cancel({ id, userId, ...order }: StoredOrder, { seats }: Of<'cancel'>): Promise<void> {
    const leaving = seats === 'all' ? undefined : seatsOf(order).slice(0, 1)
    await this.#world.db
      .transaction()
      .execute((trx) =>
        cancelOrder(trx, { ...NO_TICKETS, money: orderMoney(this.#money.context) }, { id, userId }, leaving),
      )
  }

  async #change(order: StoredOrder, { release: count, take: wished, method, key, ...sending }: Of<'change'>) {
    const release = seatsOf(order).slice(0, count)
    const take = wished.slice(0, release.length)
    const { id, userId } = order
    const request = this.requests.of({ userId, path: `/orders/${id}/seats`, body: { release, take, method }, key })
    const exchange = { release, take, choice: { method }, request: request.keyed }
    await send(sending, async (step) => {
      const change = () => this.#changeOnce({ id, userId }, exchange, request, step)
      // Sent again, as a browser does, once the bank has said yes.
      if (!(await change())) await change()
    })
  }

  /** False: the bank was asked for the difference, and has said its word by now. */
  async #changeOnce(access: OrderAccess, exchange: SeatExchange, request: KeyedRequest, step: AnyStep) {
    const { db, orders } = this.#world
    const needs = { ...NO_TICKETS, money: orderMoney(this.#dying(step)), db, orders, step }
    let isReady = false
    await orDie(changing(needs, this.#map.now(), access, exchange), async (attempt) => {
      const secured = (await request.isAnswered()) ? READY : await attempt.secureMoney()
      ;({ isReady } = secured)
      if (isReady) await request.once(async (trx) => void (await attempt.change(trx)))
      else if (secured.payment !== undefined)
        this.#money.provider.decide(secured.payment.id, exchange.take.length > 2 ? 'failed' : 'authorized')
    })
    return isReady
  }

  /** On the map first: only a free seat is taken off sale. */
  async #block({ do: what, seat }: Of<'block' | 'unblock'>): Promise<void> {
    const { db, commands } = this.#world
    const { target } = this.#map.now()
    const answer = await commands.setBlocked(target, { [what]: [seat] })
    if (!answer.ok) return
    if (what === 'block')
      await db
        .insertInto('blocked_seats')
        .values({ performance_id: target.id, seat })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    else await db.deleteFrom('blocked_seats').where('performance_id', '=', target.id).where('seat', '=', seat).execute()
  }

  /** Through the signature, as the route does it. */
  async #tell({ event: chosen, as, crash }: Of<'tell'>): Promise<void> {
    const { provider } = this.#money
    const event = provider.events.toReversed()[chosen]
    if (event === undefined) return
    this.#signatures += 1
    const nowMs = Date.now()
    const signedMs = as === 'stale' ? nowMs - 300_001 : nowMs - this.#signatures
    const message = provider.message(event, signedMs, as === 'forged' ? 'a guess of somebody else' : undefined)
    const verdict = provider.verifyWebhook(message, nowMs)
    if (as === 'forged' || as === 'stale') {
      const code = as === 'forged' ? 'WEBHOOK_FORGED' : 'WEBHOOK_STALE'
      if (verdict.ok || verdict.code !== code) throw new Error(`a ${as} message was not refused`)
      return
    }
    if (!verdict.ok) throw new Error(`an honest message was refused: ${verdict.code}`)
    const tell = () => receiveWebhook(this.#world.db, this.#dying(dyingAt(crash)), SCRIPTED, verdict.event)
    const received: Received = await tell()
    if (as !== 'replayed') return
    const again = await tell()
    const expected = received === 'duplicate' ? 'duplicate' : 'replayed'
    if (again !== expected) throw new Error(`a replay of a message that was ${received} is ${again}`)
  }

  /** Every hold's deadline passes, also those that orders came from. */
  async #lapse(): Promise<void> {
    const { redis } = this.#world
    const keys = mapKeys(this.#map.now().target)
    for (const [id, json] of Object.entries(await redis.hgetall(keys.holds))) {
      await redis.hset(keys.holds, id, json.replace(/"deadlineMs":\d+/, `"deadlineMs":${Date.now()}`))
      await redis.zadd(keys.deadlines, Date.now(), id)
    }
    for (const [id, json] of Object.entries(await redis.hgetall(keys.orders)))
      await redis.hset(keys.orders, id, json.replace(/"holdDeadlineMs":\d+/, `"holdDeadlineMs":${Date.now()}`))
  }
}

const NO_TICKETS = { usedSeats: () => Promise.resolve([]) }
const NOBODY_ASKED = { report: undefined, paymentId: undefined }
const READY: SecuredMoney = { payment: undefined, isReady: true }

/** A request; once more, whatever became of it, when its sender is not sure. */
async function send({ crash, again }: Pick<Of<'pay'>, 'crash' | 'again'>, request: (step: AnyStep) => Promise<void>) {
  try {
    await request(dyingAt(crash))
  } catch (fault) {
    if (!again || !(fault instanceof Crash || fault instanceof RefusalError)) throw fault
  }
  if (again) await request(dyingAt(null))
}

/** An attempt is undone after a fault, not after a crash. */
async function orDie<Attempt extends { undo(fault: unknown): Promise<void> }>(
  attempt: Attempt,
  act: (attempt: Attempt) => Promise<void>,
): Promise<void> {
  try {
    await act(attempt)
  } catch (fault) {
    if (!(fault instanceof Crash)) await attempt.undo(fault)
    throw fault
  }
}
