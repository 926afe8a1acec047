import type { GroupView } from '../../shared/src/protocol/group.ts'
import { checkLeaver } from '../lib/seatcast/check-leaver.ts'
import { ask } from '../lib/seatcast/http-api.ts'
import * as metrics from '../lib/seatcast/metrics.ts'
import type { Sale } from '../lib/seatcast/sale.ts'
import { GroupMember } from './group-member.ts'
import { between, type Task, User, type WaitMs } from './user.ts'

export interface GroupHabits {
  readonly friends: WaitMs
  readonly waitMs: WaitMs
  /** Share of groups in which one friend does not pay, so that the host gives up. */
  readonly unpaid: number
}

export const USUAL_GROUP: GroupHabits = { friends: [1, 5], waitMs: [300, 1_500], unpaid: 0.25 }

const RULES = ['one_pays', 'each_pays', 'host_covers'] as const
/** How long a group that was paid for may take until it is sold, ms. Source: a guess; each capture is a transaction. */
const SETTLE_MS = 10_000
/** A group that began goes through with it, ms: with half of them the run would end before they pay. */
const FINISH_MS = 10_000
const LOOK_EVERY_MS = 200
/** Reads of orders that were apart by a transaction agree by then, ms. */
const LOOK_AGAIN_MS = 1_500
let warned = false

/** Makes a group, has friends join it, takes a block for all, and pays together, or not: all of its seats or none are sold. */
export class GroupHost extends User {
  protected readonly name = 'group'
  protected readonly waitMs: WaitMs
  protected override readonly finishMs = FINISH_MS
  readonly #habits: GroupHabits
  #host: GroupMember | undefined
  #friends: GroupMember[] = []
  #group: GroupView | undefined

  constructor(sale: Sale, habits: GroupHabits = USUAL_GROUP) {
    super(sale)
    this.#habits = habits
    this.waitMs = habits.waitMs
  }

  protected tasks(): readonly Task[] {
    const stage = (is: (group: GroupView | undefined) => boolean, run: () => Promise<void>): Task => ({
      weight: 1,
      isPossible: () => is(this.#group),
      run,
    })
    return [
      stage(
        (group) => group === undefined,
        () => this.#begin(),
      ),
      stage(
        (group) => group?.status === 'forming' && this.#friends.length === 0,
        () => this.#invite(),
      ),
      stage(
        (group) => group?.status === 'forming' && this.#friends.length > 0,
        () => this.#takeBlock(),
      ),
      stage(
        (group) => group?.status === 'held',
        () => this.#pay(),
      ),
      stage(
        (group) => group !== undefined && !['forming', 'held'].includes(group.status),
        async () => this.done(),
      ),
    ]
  }

  protected async arrive(): Promise<boolean> {
    this.#host = await GroupMember.open(this.sale)
    return this.#host !== undefined
  }

  protected async leave(): Promise<void> {
    if (this.#group !== undefined && this.#group.status !== 'sold' && this.#host !== undefined)
      await this.#host.ask('group:leave', { groupId: this.#group.groupId })
    await Promise.all(
      this.#members.map(async ({ page }) => {
        await checkLeaver(this.sale.performanceId, page)
        page.close()
      }),
    )
  }

  get #members(): GroupMember[] {
    return this.#host === undefined ? [] : [this.#host, ...this.#friends]
  }

  async #begin(): Promise<void> {
    const rule = RULES[Math.floor(Math.random() * RULES.length)] ?? 'one_pays'
    const size = 1 + Math.round(between(this.#habits.friends))
    const { zoneId } = this.sale
    const answer = await this.#host?.ask('group:create', {
      size,
      rule,
      name: 'host',
      split: Math.random() < 0.5,
      ...(zoneId !== undefined && { wish: { zoneId } }),
    })
    if (answer?.ok === true) this.#group = answer.group
    else {
      if (answer?.code === 'BAD_REQUEST' || answer?.code === 'NOT_FOUND') warnOnce(answer.code)
      this.done()
    }
  }

  /** Friends come by the link or by the short code, all at once. */
  async #invite(): Promise<void> {
    const group = this.#group
    if (group?.invitation == null) return this.done()
    const { path, code } = group.invitation
    const names = Array.from({ length: group.size - 1 }, (_, place) => `friend ${place + 1}`)
    const friends = await Promise.all(
      names.map(async (name, place) => {
        const friend = await GroupMember.open(this.sale)
        const answer = await friend?.ask('group:join', { code: place % 2 === 0 ? path.replace('/g/', '') : code, name })
        if (answer?.ok === true) return friend
        friend?.page.close()
        return undefined
      }),
    )
    this.#friends = friends.filter((friend) => friend !== undefined)
    if (this.#friends.length === 0) this.done()
    await this.#look()
  }

  async #takeBlock(): Promise<void> {
    const groupId = this.#group?.groupId
    const host = this.#host
    if (groupId === undefined || host === undefined) return this.done()
    const { answer, elapsedMs } = await host.timed('group:hold', { groupId, split: true })
    metrics.groupHoldTime.add(elapsedMs)
    if (answer.ok) this.#group = answer.group
    else if (answer.code === 'NO_BLOCK') return this.done() // no room left for them
    // Each friend sits down somewhere in the block: their seat is theirs to pay.
    const seats = this.#group?.hold?.seats ?? []
    await Promise.all(
      this.#friends.map((friend, place) => friend.ask('group:sit', { groupId, seat: seats[place + 1] ?? null })),
    )
    await this.#look()
  }

  /** All pay their order; in some groups one does not, and the host gives up: then nobody may have bought anything. */
  async #pay(): Promise<void> {
    const group = this.#group
    const host = this.#host
    if (group === undefined || host === undefined) return
    const orders = `/api/groups/${group.groupId}/orders`
    const { code } = await ask<{ group: GroupView }>('POST', orders, {
      token: host.token,
      body: {},
      name: 'group-orders',
    })
    metrics.groupAnswers.add(1, { code })
    if (code !== 'OK') return this.done()
    await Promise.all(this.#members.map((member) => member.readOrder()))
    const payers = this.#members.filter(({ order }) => order !== undefined)
    const lacksOne = Math.random() < this.#habits.unpaid
    await Promise.all(payers.slice(lacksOne ? 1 : 0).map((member) => member.payShare()))
    if (lacksOne)
      await ask('POST', `/api/groups/${group.groupId}/give-up`, { token: host.token, body: {}, name: 'give-up' })
    await this.#settle()
    this.done()
  }

  /** Waits until it is sold or ended, and then looks at each order: all paid, or none. */
  async #settle(): Promise<void> {
    for (const startedMs = Date.now(); Date.now() - startedMs < SETTLE_MS; await this.pauses.wait(LOOK_EVERY_MS)) {
      await this.#look()
      if (this.#group === undefined || !['paying', 'capturing', 'short'].includes(this.#group.status)) break
    }
    let paid = await this.#paidOrders()
    // The orders are read one after the other: one that was sold in between is no finding.
    if (paid === 'some') {
      await this.pauses.wait(LOOK_AGAIN_MS)
      paid = await this.#paidOrders()
    }
    if (paid === 'some') {
      metrics.groupHalfSold.add(1)
      console.error(`GROUP HALF SOLD: of one group, some orders are paid and others are not`)
    } else if (paid === 'all') {
      metrics.groupsSold.add(1)
      for (const member of this.#members) await member.countPaid()
    }
  }

  async #paidOrders(): Promise<'all' | 'none' | 'some'> {
    const statuses = await Promise.all(this.#members.map((member) => member.orderStatus()))
    const known = statuses.filter((status) => status !== undefined)
    const paid = known.filter((status) => status === 'paid').length
    return paid === 0 ? 'none' : paid === known.length ? 'all' : 'some'
  }

  async #look(): Promise<void> {
    const answer = await this.#host?.ask('group:watch', {})
    if (answer?.ok === true) this.#group = answer.group ?? undefined
  }
}

function warnOnce(code: string): void {
  metrics.groupsSkipped.add(1)
  if (!warned) console.warn(`SKIPPED groups: the server answered group:create with ${code}`)
  warned = true
}
