import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { pino } from 'pino'
import type { Db } from '../../src/database/client.ts'
import { cancelOrder } from '../../src/orders/cancel-order.ts'
import { endOverdueOrders } from '../../src/orders/overdue-orders.ts'
import { auditMoney } from '../../src/payments/payment-audit.ts'
import type { PaymentContext, PaymentStep } from '../../src/payments/payment-context.ts'
import { orderMoney } from '../../src/payments/order-money.ts'
import { runPaymentWork } from '../../src/payments/payment-work.ts'
import { type PaymentWish, beginOutside, finishPayment } from '../../src/payments/start-payment.ts'
import { WALLET, walletProvider } from '../../src/payments/wallet-provider.ts'
import { Crash } from './crash.ts'
import { SCRIPTED, ScriptedProvider } from './scripted-provider.ts'
import { storeOrder } from './stored-order.ts'

/** What others bring to payments. */
type OtherParts = Partial<Pick<PaymentContext, 'secureSeats' | 'jointSale' | 'captureTries'>>

/** One performance's orders and payments on a real database, with a provider that does what the test says. */
export class PaymentWorld {
  readonly provider = new ScriptedProvider()
  readonly context: PaymentContext
  readonly db: Db
  readonly performanceId: string
  readonly demoBalance: number
  /** The next passing of this step kills the process. */
  crashAt: PaymentStep | undefined
  /** What the work logged as errors, its deaths left out. */
  readonly faults: string[] = []

  constructor(db: Db, performanceId: string, demoBalance = 10_000, others: OtherParts = {}) {
    this.db = db
    this.performanceId = performanceId
    this.demoBalance = demoBalance
    const named = (name: string, trx: Db) =>
      name === WALLET ? walletProvider(trx, { demoBalance }) : name === SCRIPTED ? this.provider : undefined
    this.context = {
      providers: { named, forMethod: (method, trx) => named(method === 'card' ? SCRIPTED : method, trx) },
      step: (name) => {
        if (name !== this.crashAt) return
        this.crashAt = undefined
        throw new Crash(name)
      },
      captureTries: 3,
      ...others,
    }
  }

  async place(seats: readonly number[], userId: string = randomUUID()): Promise<{ id: string; userId: string }> {
    return await storeOrder(this.db, { performanceId: this.performanceId, seats, userId, status: 'pending' })
  }

  /** `requestKey`: of a request whose body is the method. */
  async pay(orderId: string, userId: string, method: 'wallet' | 'card', requestKey: string | null = null) {
    const requestSha256 = Buffer.from(method)
    const wish: PaymentWish = { orderId, userId, choice: { method }, requestKey, requestSha256 }
    const begun = await beginOutside(this.db, this.context, wish)
    return await this.db.transaction().execute((trx) => finishPayment(trx, this.context, wish, begun))
  }

  async cancel(orderId: string, userId: string, seats?: readonly number[]): Promise<void> {
    const needs = { money: orderMoney(this.context), usedSeats: () => Promise.resolve([]) }
    await this.db.transaction().execute((trx) => cancelOrder(trx, needs, { id: orderId, userId }, seats))
  }

  /** Lets the deadline of an order pass, the grace of a payment in flight too, and ends it. */
  async expire(orderId: string): Promise<void> {
    await sql`update orders set deadline_at = now() - interval '40 seconds',
      paying_until = case when paying_until is null then null else now() - interval '10 seconds' end
      where id = ${orderId}`.execute(this.db)
    await endOverdueOrders(this.db)
  }

  /** One run of the payment work, with everything that was put off due now. */
  async work(context = this.context): Promise<number> {
    for (const table of ['payments', 'refunds'] as const)
      await sql`update ${sql.table(table)} set next_attempt_at = now() where next_attempt_at is not null
        and order_id in (select id from orders where performance_id = ${this.performanceId})`.execute(this.db)
    const write = (line: string) => {
      const { err } = JSON.parse(line) as { readonly err?: { readonly type: string } }
      if (err !== undefined && !EXPECTED_FAULTS.has(err.type)) this.faults.push(line)
    }
    return await runPaymentWork({ db: this.db, context, log: pino({ level: 'error' }, { write }) })
  }

  /** Works until nothing is left to do but wait for outcomes that never come. */
  async settle(): Promise<void> {
    this.provider.faults.length = 0
    this.crashAt = undefined
    for (let round = 0; round < 12 && (await this.open()) > 0; round += 1) await this.work()
  }

  /** Payments that may still take money or have it reserved, and refunds that are due. */
  async open(): Promise<number> {
    const { rows } = await sql<{ count: number }>`
      select (select count(*) from payments join orders on orders.id = order_id
          where performance_id = ${this.performanceId}
            and (payments.status in ('created', 'pending', 'authorized') or payments.next_attempt_at is not null))
        + (select count(*) from refunds join orders on orders.id = order_id
          where performance_id = ${this.performanceId} and refunds.status = 'due') as count`.execute(this.db)
    return rows[0]?.count ?? 0
  }

  /** What must hold of the money, by our books and by the provider's. Empty: all is well. */
  async violations(): Promise<string[]> {
    const found = (await auditMoney(this.db, this.performanceId)).flatMap(({ name, violations }) =>
      violations.map((each) => `${name}: ${each}`),
    )
    const { rows } = await sql<{ id: string; status: string; taken: number; refunded: number }>`
      select payments.id, payments.status, refunded_minor as refunded,
        case when payments.status in ('captured', 'refund_due', 'refunded') then amount_minor else 0 end::bigint as taken
      from payments join orders on orders.id = order_id
      where performance_id = ${this.performanceId} and provider = ${SCRIPTED}`.execute(this.db)
    for (const { id, status, taken, refunded } of rows) {
      const theirs = this.provider.payments.get(id)
      if (theirs?.status === 'authorized' && (status === 'failed' || status === 'voided'))
        found.push(`payment ${id} is ${status}, and the provider has its money reserved`)
      const theyTook = theirs?.status === 'captured' ? theirs.amount : 0
      if (taken !== theyTook) found.push(`payment ${id}: we know of ${taken}, the provider took ${theyTook}`)
      if (refunded !== (theirs?.refunded ?? 0))
        found.push(`payment ${id}: we know of ${refunded} given back, the provider of ${theirs?.refunded}`)
    }
    return found
  }
}

/** A process that dies, a map that is just away: the work is taken up again. */
const EXPECTED_FAULTS = new Set(['Crash', 'RefusalError'])
