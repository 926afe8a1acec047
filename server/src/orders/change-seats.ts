import type { SeatIndex } from '@seatcast/shared/domain/ids.ts'
import { isActive } from '@seatcast/shared/domain/order-state.ts'
import { REFUSALS } from '@seatcast/shared/protocol/refusal.ts'
import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import { badRequest, RefusalError } from '../http/refusal.ts'
import type { CountsFor } from '../seats/map-commands.ts'
import type { OrderCommands } from '../seats/order-commands.ts'
import { type CancelNeeds, refuseUnrefundable, releaseSeats } from './cancel-order.ts'
import { passedOn, readCountsFor } from './counted-seats.ts'
import { findOrder, isPaidJointly, type OrderAccess, seatsOf, type StoredOrder } from './order-repository.ts'
import { breaks, noteChange, ONE_LIVE_ORDER_PER_SEAT } from './order-transitions.ts'
import { deliverOrder } from './order-outbox.ts'
import { isForSale, type OrderableMap, zoneOf } from './place-order.ts'
import type { Difference, SecuredMoney } from './order-money.ts'
import { type Step, noStep } from './step.ts'

export interface ChangeNeeds extends CancelNeeds {
  readonly db: Db
  readonly orders: OrderCommands
  readonly step?: Step
}

export interface SeatExchange {
  readonly release: readonly SeatIndex[]
  readonly take: readonly SeatIndex[]
  /** How a difference is paid; default: from the wallet. */
  readonly choice?: Difference['choice']
  /** Its Idempotency-Key, and what it was asked with. */
  readonly request?: { readonly key: string; readonly sha256: Buffer } | undefined
}

/** One attempt to move an order to other seats. `change` runs in the caller's transaction; after any failure, `undo`. */
export interface Changing {
  /** Before the transaction: asks for the money that dearer seats of a paid order cost; nothing has changed yet. */
  secureMoney(): Promise<SecuredMoney>
  change(trx: Db): Promise<StoredOrder>
  undo(fault: unknown): Promise<void>
}

/**
 * Moves an order to other seats without its ever being without seats (O8): the money is secured first, then the new seats in
 * Redis, then the rows change in one transaction, which takes the money last; the old ones are freed by its outbox entry.
 */
export function changing(needs: ChangeNeeds, map: OrderableMap, access: OrderAccess, exchange: SeatExchange): Changing {
  const { db, money, orders, step = noStep } = needs
  let secured = false
  let payment: string | undefined

  return {
    async secureMoney() {
      const order = await findOrder(db, access)
      if (order === undefined) throw new RefusalError('NOT_FOUND')
      refuseImpossible(order, map, exchange)
      const difference = differenceOf(order, map, exchange)
      if (order.status !== 'paid' || difference.amount <= 0) return { payment: undefined, isReady: true }
      await refuseUnrefundable(db, needs, order, exchange.release)
      const asked = await money.secure(db, difference)
      payment = asked.payment?.id
      return asked
    },
    async change(trx) {
      const order = await findOrder(trx, access, 'lock')
      if (order === undefined) throw new RefusalError('NOT_FOUND')
      refuseImpossible(order, map, exchange)
      const isPaid = order.status === 'paid'
      if (isPaid) await refuseUnrefundable(trx, needs, order, exchange.release)
      const countsFor = passedOn(await readCountsFor(trx, order), exchange)
      secured = true
      await secure(orders, map, order, exchange, countsFor)
      await step('seats secured')
      await exchangeRows(trx, map, order, exchange, countsFor)
      if (isPaid) await settleDifference(trx, needs, differenceOf(order, map, exchange), payment)
      await noteChange(trx, order)
      await step('seats exchanged')
      return (await findOrder(trx, access)) ?? order
    },
    async undo(fault) {
      // What PostgreSQL says decides, also when the commit's answer was lost.
      if (secured) await deliverOrder(needs, access.id)
      const isFinal = breaks(fault, ONE_LIVE_ORDER_PER_SEAT) || (fault instanceof RefusalError && isLastWord(fault))
      if (payment !== undefined && isFinal) await money.giveUp(db, payment)
      if (breaks(fault, ONE_LIVE_ORDER_PER_SEAT)) throw new RefusalError('SEAT_TAKEN', {}, { cause: fault })
    },
  }
}

function refuseImpossible(order: StoredOrder, map: OrderableMap, { release, take }: SeatExchange): void {
  // Other seats are bought as any are: only while the sale is open (H10), which Redis says again, and before the start.
  if (map.saleStatus !== 'on_sale' || order.hasStarted) throw new RefusalError('NOT_ON_SALE')
  if (!isActive(order.status)) throw new RefusalError('ORDER_ENDED')
  if (order.isPaying) throw new RefusalError('ORDER_BUSY', { retryInMs: order.payingForMs })
  if (isPaidJointly(order)) throw new RefusalError('ORDER_BUSY')
  if (order.status !== 'paid' && order.expiresInMs <= 0) throw new RefusalError('ORDER_ENDED')
  const live = new Set(seatsOf(order))
  const { seatCount } = map.performance
  const errors = [
    ...release.flatMap((seat, place) =>
      live.has(seat) ? [] : [{ path: `/release/${place}`, message: 'is not a seat of this order' }],
    ),
    ...take.flatMap((seat, place) => {
      const path = `/take/${place}`
      if (seat >= seatCount) return [{ path, message: `the layout has ${seatCount} seats` }]
      return live.has(seat) ? [{ path, message: 'is a seat of this order already' }] : []
    }),
  ]
  if (take.length > release.length) errors.push({ path: '/take', message: 'names more seats than are let go' })
  if (errors.length > 0) throw badRequest(errors)
  const unsold = take.filter((seat) => !isForSale(map, seat))
  if (unsold.length > 0) throw new RefusalError('SEAT_TAKEN', { seats: unsold })
}

async function secure(
  orders: OrderCommands,
  map: OrderableMap,
  order: StoredOrder,
  exchange: SeatExchange,
  countsFor: CountsFor,
): Promise<void> {
  const answer = await orders.takeSeats(map.target, {
    buyer: order.userId,
    orderId: order.id,
    take: exchange.take,
    countsFor,
    status: order.status,
    live: seatsOf(order),
    had: order.seats.map(({ seat }) => seat),
    remainingMs: order.expiresInMs,
  })
  if (answer.ok) return
  if (answer.code === 'SEAT_TAKEN') throw new RefusalError('SEAT_TAKEN', { seats: answer.seats })
  if (answer.code === 'WRONG_EPOCH' || answer.code === 'NO_MAP') throw new RefusalError('MAP_RELOADING')
  throw new RefusalError(answer.code)
}

/** New rows before old ones go; a seat that the order once had and gave back becomes its own again, at today's price. */
async function exchangeRows(
  trx: Db,
  map: OrderableMap,
  order: StoredOrder,
  { release, take }: SeatExchange,
  countsFor: CountsFor,
): Promise<void> {
  const zones = take.map((seat) => zoneOf(map, seat))
  await sql`
    insert into order_seats (order_id, order_status, performance_id, seat, zone_id, price_minor, counts_for)
    select ${order.id}, ${order.status}, ${order.performanceId}, seat, zone_id, price, counts_for
    from unnest(${[...take]}::int[], ${zones.map(({ id }) => id)}::text[], ${zones.map(({ price }) => price)}::int[],
      ${take.map((seat) => countsFor[seat] ?? null)}::uuid[]) as listed (seat, zone_id, price, counts_for)
    order by seat
    on conflict (order_id, seat) do update
    set released_at = null, released_by = null, zone_id = excluded.zone_id, price_minor = excluded.price_minor,
      counts_for = excluded.counts_for`.execute(trx)
  await releaseSeats(trx, order.id, release, 'change')
}

const priceOfTaken = (map: OrderableMap, { take }: SeatExchange): number =>
  take.reduce((sum, seat) => sum + zoneOf(map, seat).price, 0)

const priceOfReleased = (order: StoredOrder, { release }: SeatExchange): number =>
  order.seats.reduce((sum, { seat, price }) => sum + (release.includes(seat) ? price : 0), 0)

/** `amount`: negative when the other seats are cheaper. */
const differenceOf = (order: StoredOrder, map: OrderableMap, exchange: SeatExchange): Difference => ({
  orderId: order.id,
  userId: order.userId,
  amount: priceOfTaken(map, exchange) - priceOfReleased(order, exchange),
  currency: order.currency,
  choice: exchange.choice ?? { method: 'wallet' },
  requestKey: exchange.request?.key ?? null,
  requestSha256: exchange.request?.sha256 ?? null,
})

async function settleDifference(
  trx: Db,
  { money }: ChangeNeeds,
  difference: Difference,
  secured: string | undefined,
): Promise<void> {
  const { orderId, amount } = difference
  if (amount > 0 && !(await money.charge(trx, difference, secured))) throw new RefusalError('INSUFFICIENT_FUNDS')
  if (amount < 0) await money.settle(trx, orderId, 'changed')
}

/** Asking the same again does not help. */
const isLastWord = ({ code }: RefusalError): boolean => REFUSALS[code].again === 'no'
