import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Db } from '../../src/database/client.ts'
import { newId } from '../../src/database/uuid.ts'
import { changeGroup, findGroup, insertGroup, type StoredGroup } from '../../src/groups/group-repository.ts'
import { insertMember, membersOf, seatOwners, takeOut, writeSeatOwners } from '../../src/groups/member-repository.ts'
import { beginning } from '../../src/groups/payment/begin-payment.ts'
import { beginCover, finishCover } from '../../src/groups/payment/cover-shares.ts'
import { forgetSoldGroup } from '../../src/groups/payment/forget-sold-group.ts'
import { giveUp } from '../../src/groups/payment/give-up.ts'
import { jointSale } from '../../src/groups/payment/joint-sale.ts'
import { endOverdueRounds } from '../../src/groups/payment/overdue-rounds.ts'
import type { GroupStep } from '../../src/groups/payment/step.ts'
import { deliverOutbox } from '../../src/orders/order-outbox.ts'
import { resolveLocks } from '../../src/orders/orphan-locks.ts'
import type { OrderableMap } from '../../src/orders/place-order.ts'
import type { PaymentContext, PaymentStep } from '../../src/payments/payment-context.ts'
import { receiveWebhook } from '../../src/payments/receive-webhook.ts'
import { beginOutside, finishPayment } from '../../src/payments/start-payment.ts'
import { createGroupCommands, type GroupCommands } from '../../src/seats/group-commands.ts'
import { Crash } from './crash.ts'
import { BLOCK, type GroupMove, PEOPLE, POINTS, type RULES } from './group-sequence.ts'
import { type OrderWorld, TEST_KEYS } from './order-world.ts'
import { PaymentWorld } from './payment-world.ts'
import { SCRIPTED } from './scripted-provider.ts'
import { soldOrderActs } from './sold-order-acts.ts'

export const somePeople = (): string[] => Array.from({ length: PEOPLE }, () => randomUUID())

type CrashPoint = GroupStep | PaymentStep | null

/** What can happen to one group, by name, with the code that does it in service. */
export class GroupActs {
  readonly money: PaymentWorld
  readonly groupId = newId()
  readonly people: readonly string[]
  /** Faults that the code told to somebody else than its caller. */
  readonly broken: string[] = []
  readonly #world: OrderWorld
  readonly #map: OrderableMap
  readonly groups: GroupCommands
  readonly #block: readonly number[]
  #signatures = 0

  constructor(world: OrderWorld, map: OrderableMap, people: readonly string[] = somePeople(), firstSeat = 0) {
    this.people = people
    this.#block = Array.from({ length: BLOCK }, (_, place) => firstSeat + place)
    this.#world = world
    this.#map = map
    this.groups = createGroupCommands(world.redis)
    this.money = new PaymentWorld(world.db, map.performance.id, POINTS, { jointSale: jointSale(), captureTries: 2 })
  }

  /** Three people with a block: a seat each, and one that is nobody's. */
  async form(rule: (typeof RULES)[number]): Promise<void> {
    const { db } = this.#world
    const group = { id: this.groupId, performanceId: this.#map.performance.id, hostId: this.people[0] ?? '' }
    await db.transaction().execute(async (trx) => {
      await insertGroup(trx, { ...group, rule, size: BLOCK, wish: {}, allowsSplit: false })
      for (const [place, person] of this.people.slice(0, 3).entries()) {
        const { id } = await insertMember(trx, group, person, `friend ${place}`)
        const seat = this.#block[place] ?? 0
        await trx.insertInto('group_seats').values({ group_id: group.id, seat, member_id: id }).execute()
      }
      await this.#tellMembers(trx)
    })
    await this.#hold()
  }

  async perform(move: GroupMove): Promise<void> {
    const { db, orders } = this.#world
    const { target } = this.#map
    switch (move.do) {
      case 'join':
      case 'leave':
        return await this.#whileOpen((trx, group) => this.#comeOrGo(trx, group, move))
      case 'assign':
        await this.#whileOpen((trx) => this.#assign(trx, move))
        return await this.#hold()
      case 'hold':
        return await this.#hold()
      case 'begin':
        return await this.#begin(this.#person(move.person), move.crash)
      case 'pay':
        return await this.#pay(this.#person(move.person), move.method, move.crash)
      case 'cover':
        return await this.#cover(this.#person(move.person), move.method, move.crash)
      case 'give up': {
        const who = { groupId: this.groupId, userId: this.#person(move.person) }
        return await db.transaction().execute((trx) => giveUp(trx, who, dyingAt(move.crash)))
      }
      case 'cancel': {
        const order = await this.#orderOf(this.#person(move.person))
        if (order !== undefined) await this.#sold.cancel(order, move.seat === undefined ? undefined : [move.seat])
        return
      }
      case 'change': {
        const order = await this.#orderOf(this.#person(move.person))
        if (order !== undefined) await this.#sold.change(order, move)
        return
      }
      case 'hold alone':
        return void (await this.#world.commands.hold(target, { buyer: this.#person(move.person), seats: move.seats }))
      case 'decide':
        return this.#decide(move.payment, move.outcome)
      case 'tell':
        return await this.#tell(move.event)
      case 'lose':
        return void this.money.provider.faults.push(move.fault)
      case 'wait':
        return await this.wait(move.until)
      case 'end overdue':
        return await this.endOverdue(move.crash)
      case 'work':
        return void (await this.money.work({ ...this.money.context, step: dyingAt(move.crash) }))
      case 'deliver':
        return void (await this.deliver())
      case 'sweep':
        return void (await resolveLocks({ db, orders }, target, 0))
    }
  }

  deliver(): Promise<number> {
    const { db, orders } = this.#world
    return deliverOutbox({ db, orders, settled: forgetSoldGroup(this.groups) })
  }

  async endOverdue(crash: CrashPoint): Promise<void> {
    const failed = (_: string, fault: unknown) => {
      if (!(fault instanceof Crash)) this.broken.push(String(fault))
    }
    await endOverdueRounds(this.#world.db, failed, dyingAt(crash))
  }

  /** The group's payment then is as near its end as that; payment takes 60 s, and the host may cover in its last 30. */
  async wait(until: 'cover' | 'deadline' | 'grace'): Promise<void> {
    const seconds = { cover: 20, deadline: -1, grace: -40 }[until]
    const moment = sql`date_trunc('milliseconds', now()) + make_interval(secs => ${seconds})`
    await this.#world.db.transaction().execute(async (trx) => {
      const group = await findGroup(trx, this.groupId, 'lock')
      if (group?.status !== 'paying' && group?.status !== 'short') return
      await sql`update groups set pay_until = least(pay_until, ${moment}), short_until = least(short_until, ${moment})
        where id = ${this.groupId}`.execute(trx)
      await sql`update orders set deadline_at = least(deadline_at, ${moment})
        where group_id = ${this.groupId} and status in ('pending', 'authorized')`.execute(trx)
    })
  }

  get #sold() {
    return soldOrderActs(this.#world, this.#map, this.money)
  }

  #person(place: number): string {
    return this.people[place] ?? ''
  }

  /** The code as a process runs it that dies at the step. */
  #context(crash: CrashPoint): PaymentContext {
    const step = dyingAt(crash)
    return { ...this.money.context, step, jointSale: jointSale(step) }
  }

  async #begin(userId: string, crash: CrashPoint): Promise<void> {
    const { db, orders } = this.#world
    const step = dyingAt(crash)
    const needs = { db, orders, keys: TEST_KEYS, groups: this.groups, jointSale: jointSale(step), step }
    const attempt = beginning(needs, this.#map, { groupId: this.groupId, userId })
    try {
      await db.transaction().execute((trx) => attempt.begin(trx))
      step('group orders committed')
    } catch (fault) {
      if (!(fault instanceof Crash)) await attempt.undo(fault)
      throw fault
    }
  }

  async #pay(userId: string, method: 'wallet' | 'card', crash: CrashPoint): Promise<void> {
    const order = await this.#orderOf(userId)
    if (order === undefined) return
    const context = this.#context(crash)
    const wish = { orderId: order.id, userId, choice: { method }, requestKey: null }
    const begun = await beginOutside(this.#world.db, context, wish)
    await this.#world.db.transaction().execute((trx) => finishPayment(trx, context, wish, begun))
  }

  async #cover(userId: string, method: 'wallet' | 'card', crash: CrashPoint): Promise<void> {
    const context = this.#context(crash)
    const wish = { groupId: this.groupId, userId, choice: { method }, requestKey: null }
    const begun = await beginCover(this.#world.db, context, wish, dyingAt(crash))
    await this.#world.db.transaction().execute((trx) => finishCover(trx, context, wish, begun))
  }

  /** Their newest. */
  async #orderOf(userId: string): Promise<{ readonly id: string; readonly userId: string } | undefined> {
    const row = await this.#world.db
      .selectFrom('orders')
      .select('id')
      .where('group_id', '=', this.groupId)
      .where('user_id', '=', userId)
      .orderBy('payment_round', 'desc')
      .limit(1)
      .executeTakeFirst()
    return row && { id: row.id, userId }
  }

  #decide(place: number, outcome: 'authorized' | 'captured' | 'failed' | 'decline'): void {
    const { provider } = this.money
    const paymentId = [...provider.payments.keys()].at(-1 - place)
    if (paymentId === undefined) return
    if (outcome === 'decline') provider.declined.add(paymentId)
    provider.decide(paymentId, outcome === 'decline' ? 'authorized' : outcome)
  }

  async #tell(place: number): Promise<void> {
    const event = this.money.provider.events.at(-1 - place)
    if (event === undefined) return
    this.#signatures += 1
    const signed = { ...event, signature: String(this.#signatures) }
    await receiveWebhook(this.#world.db, this.money.context, SCRIPTED, signed)
  }

  async #whileOpen(act: (trx: Db, group: StoredGroup) => Promise<void>): Promise<void> {
    await this.#world.db.transaction().execute(async (trx) => {
      const group = await findGroup(trx, this.groupId, 'lock')
      if (group?.status === 'open') await act(trx, group)
    })
  }

  async #comeOrGo(trx: Db, group: StoredGroup, move: { do: 'join' | 'leave'; person: number }): Promise<void> {
    const userId = this.#person(move.person)
    const known = (await membersOf(trx, group.id)).find((member) => member.userId === userId)
    if (move.do === 'join' && known === undefined) await insertMember(trx, group, userId, 'a friend')
    else if (move.do === 'leave' && known !== undefined && userId !== group.hostId) await takeOut(trx, known.id)
    else return
    await this.#tellMembers(trx)
  }

  async #assign(trx: Db, { seat, to }: { seat: number; to: number }): Promise<void> {
    const owner = (await membersOf(trx, this.groupId)).find(({ userId }) => userId === this.#person(to))
    const before = await seatOwners(trx, this.groupId)
    const after = new Map(before)
    if (owner === undefined) after.delete(seat)
    else after.set(seat, owner.id)
    await writeSeatOwners(trx, this.groupId, after, before)
  }

  /** The block, or whose its seats are, as PostgreSQL has it. */
  async #hold(): Promise<void> {
    await this.#whileOpen(async (trx) => {
      const members = await membersOf(trx, this.groupId)
      const owners = await seatOwners(trx, this.groupId)
      const userOf = new Map(members.map(({ id, userId }) => [id, userId]))
      const seats = this.#block
      const assigned = Object.fromEntries(
        seats.flatMap((seat) => {
          const user = userOf.get(owners.get(seat) ?? '')
          return user === undefined ? [] : [[seat, user]]
        }),
      )
      const request = { groupId: this.groupId, candidates: [{ seats, assigned }], holdMs: 60_000 }
      await this.groups.holdBlock(this.#map.target, { ...request, buyer: this.#person(0) })
    })
  }

  async #tellMembers(trx: Db): Promise<void> {
    const version = await changeGroup(trx, this.groupId)
    const members = (await membersOf(trx, this.groupId)).map(({ userId }) => userId)
    const truth = { groupId: this.groupId, version, host: this.#person(0), members, holdMs: 60_000 }
    const told = await this.groups.setMembers(this.#map.target, truth)
    if (!told.ok) throw new Error(`members not told: ${told.code}`)
  }
}

function dyingAt(crash: CrashPoint): (name: string) => void {
  let armed = crash
  return (name) => {
    if (name !== armed) return
    armed = null
    throw new Crash(name)
  }
}
