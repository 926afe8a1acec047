import * as fc from 'fast-check'
import { RefusalError } from '../../src/http/refusal.ts'
import type { PaymentStep } from '../../src/payments/payment-context.ts'
import { type Received, receiveWebhook } from '../../src/payments/receive-webhook.ts'
import { breaks, ONE_LIVE_ORDER_PER_SEAT } from '../../src/orders/order-transitions.ts'
import { Crash, type PaymentWorld } from './payment-world.ts'
import { SCRIPTED } from './scripted-provider.ts'

/** What can happen to a few orders and their money, in any order. Numbers choose among what there is. */
export type MoneyStep =
  | { readonly do: 'place'; readonly seats: readonly number[] }
  | { readonly do: 'pay'; readonly order: number; readonly method: 'wallet' | 'card'; readonly at: 'once' | 'twice' }
  | { readonly do: 'decide'; readonly payment: number; readonly outcome: 'authorized' | 'captured' | 'failed' }
  | { readonly do: 'deliver'; readonly event: number; readonly as: 'new' | 'replay' | 'forged' | 'stale' }
  | { readonly do: 'expire'; readonly order: number }
  | { readonly do: 'cancel'; readonly order: number; readonly seats: 'all' | 'first'; readonly times: number }
  | { readonly do: 'work'; readonly times: number }
  | { readonly do: 'lose'; readonly fault: 'lost before' | 'lost after' }
  | { readonly do: 'crash'; readonly step: PaymentStep }

/** Few seats, so that orders meet. */
const seat = fc.integer({ min: 0, max: 4 })
const choice = fc.nat({ max: 7 })

const STEP: fc.Arbitrary<MoneyStep> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('place'), seats: fc.uniqueArray(seat, { minLength: 1, maxLength: 3 }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('pay'),
      order: choice,
      method: fc.constantFrom('wallet', 'card', 'card'),
      at: fc.constantFrom('once', 'once', 'twice'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('decide'),
      payment: choice,
      outcome: fc.constantFrom('authorized', 'captured', 'captured', 'failed'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('deliver'),
      event: choice,
      as: fc.constantFrom('new', 'new', 'new', 'replay', 'forged', 'stale'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('expire'), order: choice }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('cancel'),
      order: choice,
      seats: fc.constantFrom('all', 'first'),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('work'), times: fc.integer({ min: 1, max: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose'), fault: fc.constantFrom('lost before', 'lost after') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('crash'),
      step: fc.constantFrom<PaymentStep[]>(
        'payment written',
        'provider began',
        'report applied',
        'event stored',
        'provider captured',
        'provider refunded',
      ),
    }),
  },
)

/** Begins with an order that somebody pays, and often with its end, so that few sequences are about nothing. */
export const MONEY_SEQUENCE: fc.Arbitrary<MoneyStep[]> = fc
  .tuple(
    fc.uniqueArray(seat, { minLength: 1, maxLength: 3 }),
    fc.constantFrom<('wallet' | 'card')[]>('wallet', 'card', 'card'),
    fc.constantFrom<('nothing' | 'expired' | 'resold' | 'twice')[]>('nothing', 'nothing', 'expired', 'resold', 'twice'),
    fc.array(STEP, { minLength: 2, maxLength: 14 }),
  )
  .map(([seats, method, story, steps]) => [
    { do: 'place', seats },
    { do: 'pay', order: 0, method, at: 'once' },
    ...STORIES[story](seats),
    ...steps,
  ])

/** What random steps alone seldom come upon: an order that ended while it was paid, seats that were sold again, two payments. */
const STORIES: Readonly<
  Record<'nothing' | 'expired' | 'resold' | 'twice', (seats: readonly number[]) => readonly MoneyStep[]>
> = {
  nothing: () => [],
  expired: () => [
    { do: 'expire', order: 0 },
    { do: 'decide', payment: 0, outcome: 'captured' },
  ],
  resold: (seats) => [
    { do: 'expire', order: 0 },
    { do: 'place', seats },
    { do: 'decide', payment: 0, outcome: 'captured' },
  ],
  twice: () => [
    { do: 'pay', order: 0, method: 'wallet', at: 'once' },
    { do: 'decide', payment: 0, outcome: 'captured' },
  ],
}

/** One buyer's wallet pays for at most two of the dearest orders: points run out now and then. */
export const BUYER_POINTS = 6_000

/** Lets a sequence happen. Refusals, lost races and crashes are part of it; anything else is a failure. */
export class MoneyRun {
  private readonly orders: { readonly id: string; readonly userId: string; readonly seats: readonly number[] }[] = []
  private readonly world: PaymentWorld
  private readonly buyers: readonly string[]
  private signatures = 0

  constructor(world: PaymentWorld, buyers: readonly string[]) {
    this.world = world
    this.buyers = buyers
  }

  async take(step: MoneyStep): Promise<void> {
    const { world } = this
    switch (step.do) {
      case 'place':
        return await this.place(step.seats)
      case 'pay': {
        const order = this.order(step.order)
        if (order === undefined) return
        const pay = () => this.expected(() => world.pay(order.id, order.userId, step.method))
        return void (await Promise.all(step.at === 'twice' ? [pay(), pay()] : [pay()]))
      }
      case 'decide': {
        const known = [...world.provider.payments.keys()]
        const paymentId = known[step.payment % Math.max(1, known.length)]
        return paymentId === undefined ? undefined : world.provider.decide(paymentId, step.outcome)
      }
      case 'deliver':
        return await this.deliver(step.event, step.as)
      case 'expire': {
        const order = this.order(step.order)
        return order === undefined ? undefined : await world.expire(order.id)
      }
      case 'cancel': {
        const order = this.order(step.order)
        if (order === undefined) return
        const seats = step.seats === 'all' ? undefined : order.seats.slice(0, 1)
        const cancel = () => this.expected(() => world.cancel(order.id, order.userId, seats))
        return void (await Promise.all(Array.from({ length: step.times }, cancel)))
      }
      case 'work':
        return void (await Promise.all(Array.from({ length: step.times }, () => world.work())))
      case 'lose':
        return void world.provider.faults.push(step.fault)
      case 'crash':
        world.crashAt = step.step
    }
  }

  private async place(seats: readonly number[]): Promise<void> {
    const userId = this.buyers[this.orders.length % this.buyers.length] ?? ''
    await this.expected(async () => {
      this.orders.push({ ...(await this.world.place(seats, userId)), seats })
    })
  }

  private order(chosen: number) {
    return this.orders[chosen % Math.max(1, this.orders.length)]
  }

  /** Through the signature, as the route does it. */
  private async deliver(chosen: number, as: 'new' | 'replay' | 'forged' | 'stale'): Promise<void> {
    const { provider, context, db } = this.world
    const event = provider.events[chosen % Math.max(1, provider.events.length)]
    if (event === undefined) return
    this.signatures += 1
    const nowMs = Date.now()
    const signedMs = as === 'stale' ? nowMs - 300_001 : nowMs - this.signatures
    const message = provider.message(event, signedMs, as === 'forged' ? 'a guess of somebody else' : undefined)
    const verdict = provider.verifyWebhook(message, nowMs)
    if (as === 'forged' || as === 'stale') {
      const code = as === 'forged' ? 'WEBHOOK_FORGED' : 'WEBHOOK_STALE'
      if (verdict.ok || verdict.code !== code) throw new Error(`a ${as} message was not refused`)
      return
    }
    if (!verdict.ok) throw new Error(`an honest message was refused: ${verdict.code}`)
    const tell = () => receiveWebhook(db, context, SCRIPTED, verdict.event)
    let received: Received | 'crashed'
    try {
      received = await tell()
    } catch (fault) {
      if (!(fault instanceof Crash)) throw fault
      received = 'crashed'
    }
    if (as !== 'replay' || received === 'crashed') return
    const again = await tell()
    const expected = received === 'duplicate' ? 'duplicate' : 'replayed'
    if (again !== expected) throw new Error(`a replay of a message that was ${received} is ${again}`)
  }

  private async expected(what: () => Promise<unknown>): Promise<void> {
    try {
      await what()
    } catch (fault) {
      const isPart = fault instanceof Crash || fault instanceof RefusalError || breaks(fault, ONE_LIVE_ORDER_PER_SEAT)
      if (!isPart) throw fault
    }
  }
}
