import type { GroupOrderAnswer } from '../../src/seats/group-answer.ts'
import type { GroupOrder } from '../../src/seats/group-commands.ts'
import type { LoadedGroup, MapHold, SaleFacts } from '../../src/seats/map-commands.ts'
import { GroupModel, sharesOf } from './group-model.ts'
import { type ModelHold, type ModelOrder, orderShares } from './seat-model-state.ts'

/** How long payment may take, ms. */
export const PAYMENT_MS = 5_000

/** Everything that scripts do with a map: holds, groups, the way of seats into orders and back, the next epoch. */
export class MapModel extends GroupModel {
  load(
    epoch: number,
    facts: SaleFacts,
    seatCount: number,
    blocked: readonly number[],
    previous: readonly MapHold[],
    groups: readonly LoadedGroup[] = [],
  ): boolean {
    if (epoch <= this.epoch) return false
    const candidates = this.candidates(facts, previous)
    const locked = [...this.locks]
      .toSorted(([a, x], [b, y]) => x - y || (a < b ? -1 : 1))
      .flatMap(([id, sinceMs]) => {
        const order = this.orders.get(id)
        return order === undefined ? [] : [{ id, sinceMs, order }]
      })
    Object.assign(this, { epoch, facts, entries: [[{ k: 'start' }]], holds: new Map(), ordered: new Map() })
    Object.assign(this, { orders: new Map(), locks: new Map(), groups: new Map() })
    this.ground = Array.from({ length: seatCount }, (_, seat) => (blocked.includes(seat) ? 4 : 0))
    for (const { id, version, host, members } of groups) this.groups.set(`g_${id}`, { version, host, members })
    for (const { id, sinceMs, order } of locked) {
      if (!order.seats.every((seat) => this.isFree(seat))) continue
      this.orders.set(id, order)
      this.locks.set(id, sinceMs)
    }
    for (const [holdId, hold] of candidates) {
      const group = groups.find(({ id }) => `g_${id}` === hold.buyer)
      const shares = group && sharesOf(hold.seats, group.assigned, group.host)
      const isGone = this.groupOf(hold.buyer) !== undefined || (hold.buyer.startsWith('g_') && group === undefined)
      const fits = Object.entries(shares ?? { [hold.buyer]: hold.seats.length }).every(
        ([buyer, count]) => count + this.orderedBy(buyer) <= facts.maxSeatsPerBuyer,
      )
      if (isGone || !fits || hold.deadlineMs <= this.nowMs || this.holdOf(hold.buyer) !== undefined) continue
      if (!hold.seats.every((seat) => this.isFree(seat))) continue
      const { buyer, deadlineMs, startedMs, address, seats, extended = 0 } = hold
      const shared = group && shares && { host: group.host, shares, extended }
      this.holds.set(holdId, { buyer, deadlineMs, startedMs, address, seats, owns: true, ...shared })
    }
    return true
  }

  /** The caller's copies first, with what only servers' records say. */
  private candidates(facts: SaleFacts, previous: readonly MapHold[]): [string, ModelHold][] {
    return [
      ...previous.map((hold): [string, ModelHold] => {
        const same = this.holds.get(hold.holdId)
        const startedMs = same?.startedMs ?? hold.deadlineMs - facts.holdMs
        const extended = same?.extended ?? 0
        const address = same?.address ?? ''
        return [hold.holdId, { ...hold, seats: [...hold.seats], startedMs, address, extended, owns: true }]
      }),
      ...[...this.holds].toSorted(([a, x], [b, y]) => x.startedMs - y.startedMs || (a < b ? -1 : 1)),
    ]
  }

  order(buyer: string, orderId: string, seats: readonly number[] | undefined): unknown {
    if (seats !== undefined && !this.isSeatList(seats)) return { ok: false, code: 'BAD_REQUEST' }
    const barred = this.refusalInGroup(buyer)
    if (barred !== undefined) return barred
    if (this.facts.status === 'closed') return { ok: false, code: 'NOT_ON_SALE' }
    this.endIfOverdue(this.holdOf(buyer))
    this.append()
    const own = this.holdOf(buyer)
    if (own === undefined || seats?.some((seat) => !own[1].seats.includes(seat)) === true)
      return { ok: false, code: 'NO_HOLD' }
    const [holdId, hold] = own
    const wanted = (seats ?? hold.seats).toSorted((a, b) => a - b)
    const rest = hold.seats.filter((seat) => !wanted.includes(seat))
    const startedMs = rest.length === 0 ? hold.startedMs : this.nowMs
    if (rest.length === 0) this.holds.delete(holdId)
    else hold.seats = rest
    this.operations.push({ k: 'hold', h: holdId, b: buyer, d: hold.deadlineMs, s: rest, r: 'ordered', c: [] })
    this.place(orderId, { ...this.orderOf(buyer, wanted, holdId, hold), startedMs })
    this.append()
    return { ok: true, holdId, seats: wanted, epoch: this.epoch, revision: this.revision }
  }

  orderGroup(groupId: string, holdId: string, orders: readonly GroupOrder[]): GroupOrderAnswer {
    const holder = `g_${groupId}`
    const own = this.holdOf(holder)
    if (own?.[0] === holdId) this.endIfOverdue(own)
    this.append()
    const hold = this.holdOf(holder)?.[1]
    if (own?.[0] !== holdId || hold === undefined) return { ok: false, code: 'NO_HOLD' }
    const named = new Set<number>()
    const buyers = new Set<string>()
    for (const { buyer, seats } of orders) {
      if (!this.isSeatList(seats) || buyers.has(buyer)) return { ok: false, code: 'BAD_REQUEST' }
      buyers.add(buyer)
      for (const seat of seats) {
        if (named.has(seat)) return { ok: false, code: 'BAD_REQUEST' }
        if (!hold.seats.includes(seat)) return { ok: false, code: 'NO_HOLD' }
        named.add(seat)
      }
    }
    if (named.size !== hold.seats.length) return { ok: false, code: 'NO_HOLD' }
    const isOver = ([member, seats]: [string, number]) => this.orderedBy(member) + seats > this.facts.maxSeatsPerBuyer
    if (orders.some((order) => Object.entries(orderShares(order, order.seats)).some(isOver)))
      return { ok: false, code: 'LIMIT_EXCEEDED' }
    this.holds.delete(holdId)
    this.operations.push({ k: 'hold', h: holdId, b: holder, d: hold.deadlineMs, s: [], r: 'ordered', c: [] })
    const { host = '', startedMs, extended = 0 } = hold
    const step = { holder, host, startedMs, extended, orders: orders.map(({ orderId }) => orderId) }
    for (const { orderId, buyer, seats, countsFor = {} } of orders) {
      const sorted = seats.toSorted((a, b) => a - b)
      const group = { ...step, shares: orderShares({ buyer, countsFor }, seats) }
      const friends = Object.keys(countsFor).length > 0 && { countsFor }
      const order = { ...this.orderOf(buyer, sorted, holdId, hold), ...friends, group }
      this.place(orderId, { ...order, startedMs: buyer === host ? startedMs : this.nowMs })
    }
    this.append()
    return { ok: true, epoch: this.epoch, revision: this.revision }
  }

  /** PostgreSQL confirmed it: it is on its way no more. */
  settle(orderId: string): unknown {
    this.locks.delete(orderId)
    return { ok: true, changed: 0, revision: this.revision }
  }

  returnOrder(orderId: string): unknown {
    const order = this.orders.get(orderId)
    this.locks.delete(orderId)
    if (order === undefined) return { ok: true, outcome: 'gone' }
    const holder = order.group?.holder ?? this.groupOf(order.buyer)
    const outcome = holder === undefined ? this.returnAlone(orderId, order) : this.returnToGroup(holder, orderId, order)
    this.append()
    return { ok: true, outcome }
  }

  private returnAlone(orderId: string, order: ModelOrder): 'held' | 'freed' {
    const { buyer, seats, holdId, holdDeadlineMs, startedMs, address } = order
    this.orders.delete(orderId)
    this.endIfOverdue(this.holdOf(buyer))
    if (holdDeadlineMs <= this.nowMs) {
      this.charge(buyer, Math.max(0, this.nowMs - startedMs))
      this.tellGone(
        orderId,
        order,
        seats.map((seat) => seat * 8),
      )
      return 'freed'
    }
    this.tellGone(orderId, order, [])
    const begun = { buyer, deadlineMs: holdDeadlineMs, startedMs, address, seats: [], owns: true }
    this.takeIn(this.holdOf(buyer) ?? [holdId, begun], seats)
    return 'held'
  }

  private returnToGroup(holder: string, orderId: string, order: ModelOrder): 'held' | 'freed' {
    const known = this.groups.get(holder)
    const {
      extended = 0,
      startedMs,
      host,
      orders,
      shares,
    } = order.group ?? {
      host: known?.host ?? order.buyer,
      startedMs: order.startedMs,
      orders: [orderId],
      shares: { [order.buyer]: order.seats.length },
    }
    this.endIfOverdue(this.holdOf(holder))
    const seats: number[] = []
    const back: Record<string, number> = {}
    for (const id of orders) {
      const one = this.orders.get(id)
      if (one === undefined || (id !== orderId && !this.locks.delete(id))) continue
      seats.push(...one.seats)
      for (const [member, count] of Object.entries(one.group?.shares ?? shares))
        back[member] = (back[member] ?? 0) + count
      this.orders.delete(id)
      this.tellGone(id, one, [])
    }
    // Seats of its own step go to no other block that it took meanwhile (G1).
    const hasAnother = order.group !== undefined && this.holdOf(holder) !== undefined
    const left = Object.keys(back).filter((member) => this.groupOf(member) !== holder)
    const inherited = left.reduce((sum, member) => sum + (back[member] ?? 0), 0)
    const own = left.includes(host) ? 0 : (back[host] ?? 0)
    const total = this.heldBy(host) + this.orderedBy(host) + own + inherited
    const isTooMuch = inherited > 0 && total > this.facts.maxSeatsPerBuyer
    if (order.holdDeadlineMs <= this.nowMs || known === undefined || hasAnother || isTooMuch) {
      this.charge(host, Math.max(0, this.nowMs - startedMs))
      this.operations.push({ k: 'seats', c: seats.map((seat) => seat * 8) })
      return 'freed'
    }
    const begun = { buyer: holder, host, startedMs, extended, deadlineMs: order.holdDeadlineMs, address: order.address }
    const into = this.holdOf(holder) ?? [order.holdId, { ...begun, seats: [], shares: {}, owns: true }]
    const [, hold] = into
    for (const [member, count] of Object.entries(back)) {
      const counts = known.members.includes(member) ? member : (hold.host ?? '')
      hold.shares = { ...hold.shares, [counts]: (hold.shares?.[counts] ?? 0) + count }
    }
    this.takeIn(into, seats)
    return 'held'
  }

  /** Of a hold of their own, or their share of a group's. */
  private heldBy(buyer: string): number {
    return this.groupOf(buyer) === undefined ? (this.holdOf(buyer)?.[1].seats.length ?? 0) : this.shareOf(buyer)
  }

  private takeIn([holdId, hold]: [string, ModelHold], seats: readonly number[]): void {
    hold.seats = [...hold.seats, ...seats]
    this.holds.set(holdId, hold)
    const c = seats.map((seat) => seat * 8 + 1)
    const { buyer: b, deadlineMs: d } = hold
    this.operations.push({ k: 'hold', h: holdId, b, d, s: hold.seats, r: 'held', c })
  }

  private orderOf(buyer: string, seats: number[], holdId: string, hold: ModelHold): Omit<ModelOrder, 'startedMs'> {
    const { deadlineMs: holdDeadlineMs, address } = hold
    return { buyer, deadlineMs: this.nowMs + PAYMENT_MS, seats, holdId, holdDeadlineMs, address }
  }

  private place(orderId: string, order: ModelOrder): void {
    this.orders.set(orderId, order)
    this.locks.set(orderId, this.nowMs)
    const { buyer: b, deadlineMs: d, seats: s } = order
    this.operations.push({ k: 'order', o: orderId, b, d, s, st: 'pending', c: s.map((seat) => seat * 8 + 2) })
  }

  private tellGone(orderId: string, { buyer: b, deadlineMs: d }: ModelOrder, c: number[]): void {
    this.operations.push({ k: 'order', o: orderId, b, d, s: [], st: 'cancelled', c })
  }
}
