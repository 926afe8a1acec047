import { randomUUID } from 'node:crypto'
import type { GroupPaid, GroupPaymentBegun, GroupRule, GroupView } from '@seatcast/shared/protocol/group.ts'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectDatabase, type DatabaseClient } from '../src/database/client.ts'
import { GROUP_STEPS } from '../src/groups/payment/step.ts'
import type { PaymentStep } from '../src/payments/payment-context.ts'
import { TEST_PARTITIONS } from './support/cluster.ts'
import { eventually } from './support/eventually.ts'
import { codesOf, type Friend, friendOn } from './support/friend.ts'
import { type KillSystem, killSystem } from './support/kill-systems.ts'
import { auditFindings, type Said, say } from './support/shopper.ts'
import { createTestSale } from './support/test-sale.ts'

/** How soon after the restart money and seats are right, ms. */
const RIGHT_MS = 10_000
/** For one step, ms, on a machine that may be busy. */
const TIME_MS = 120_000
const PRICE = 1_000

/** What becomes of two friends' payment, the host's by wallet, the friend's by card. */
type Story = 'both pay' | 'the host covers' | 'the host gives up'

/** Minor units, in the end: from the host, and from both. */
const TAKEN: Readonly<Record<Story, object>> = {
  'both pay': { host: PRICE, inAll: 2 * PRICE },
  'the host covers': { host: 2 * PRICE, inAll: 2 * PRICE },
  'the host gives up': { host: 0, inAll: 0 },
}

const SCENARIOS: readonly { readonly step: (typeof GROUP_STEPS)[number] | PaymentStep; readonly story: Story }[] = [
  { step: 'block ordered', story: 'both pay' },
  { step: 'group orders written', story: 'both pay' },
  { step: 'group orders committed', story: 'both pay' },
  { step: 'all reserved', story: 'both pay' },
  { step: 'provider captured', story: 'both pay' },
  { step: 'group sold', story: 'both pay' },
  { step: 'cover written', story: 'the host covers' },
  { step: 'group ended', story: 'the host gives up' },
]

let system: KillSystem
let database: DatabaseClient
beforeAll(async () => {
  system = await killSystem()
  database = connectDatabase({ databaseUrl: system.cluster.databaseUrl, poolSize: 1 })
}, TIME_MS)
afterAll(async () => {
  await database?.close()
  await system?.stop()
})

test('every step has its story', () => {
  const steps = new Set<string>(SCENARIOS.map(({ step }) => step))
  expect(GROUP_STEPS.filter((step) => !steps.has(step))).toEqual([])
})

test.for(SCENARIOS)(
  '[G12, G13, O2, O7, P8] killed at "$step", $story: the group is whole within 10 s of the restart',
  { timeout: TIME_MS },
  async ({ step, story }) => {
    const rule = story === 'the host covers' ? 'host_covers' : 'each_pays'
    const pair = await Pair.meet(system.cluster.origin(0), rule)
    try {
      system.arm([step])
      const telling = pair.play(story)
      telling.catch(() => undefined) // awaited below
      await system.whenDead()
      await system.restart()
      await pair.comeBack()
      const tookMs = await eventually('all is right', RIGHT_MS, () => pair.whatIsWrong(), isEmpty)
      console.log(`killed at "${step}", ${story}: right ${Math.round(tookMs)} ms after the restart`)

      await telling
      await pair.askProvidersNow()
      const status = story === 'the host gives up' ? 'forming' : 'sold'
      await eventually(`the group ${status}`, RIGHT_MS, async () => (await pair.look()).status === status)
      await eventually('a sound audit', RIGHT_MS, () => pair.whatIsWrong(), isEmpty)
      expect(await pair.taken()).toEqual(TAKEN[story])
    } finally {
      pair.leave()
    }
  },
)

const isEmpty = (found: readonly unknown[]): boolean => found.length === 0

/** Two friends with two seats, whose browsers ask again until somebody answers. */
class Pair {
  readonly #origin: string
  readonly #performanceId: string
  readonly #groupId: string
  readonly #keys = { begin: randomUUID(), host: randomUUID(), friend: randomUUID(), cover: randomUUID() }
  #friends: readonly [Friend, Friend]

  private constructor(origin: string, performanceId: string, groupId: string, friends: readonly [Friend, Friend]) {
    this.#origin = origin
    this.#performanceId = performanceId
    this.#groupId = groupId
    this.#friends = friends
  }

  static async meet(origin: string, rule: GroupRule): Promise<Pair> {
    const performanceId = await createTestSale(system.cluster.databaseUrl, TEST_PARTITIONS, {
      rows: 2,
      seatsPerRow: 10,
    })
    const friends = [await friendOn(origin), await friendOn(origin)] as const
    const [host, friend] = friends
    const formed = await host.does('group:create', { performanceId, size: 2, rule, name: 'Host' })
    await friend.does('group:join', { code: codesOf(formed).link, name: 'Friend' })
    await host.does('group:hold', { groupId: formed.groupId })
    return new Pair(origin, performanceId, formed.groupId, friends)
  }

  async play(story: Story): Promise<void> {
    const [host, friend] = this.#friends
    const path = `/api/groups/${this.#groupId}`
    const begun = await this.#insist<GroupPaymentBegun>(host, `${path}/orders`, undefined, this.#keys.begin, [201])
    const hosts = begun.order?.id ?? ''
    if (story === 'the host gives up') return void (await this.#insist<GroupPaid>(host, `${path}/give-up`))
    await this.#insist(host, `/api/orders/${hosts}/payments`, { method: 'wallet' }, this.#keys.host, [200, 202])
    if (story === 'the host covers') {
      await this.#hurry()
      const body = { method: 'card', card: 'ok' }
      return void (await this.#insist<GroupPaid>(host, `${path}/cover`, body, this.#keys.cover, [202]))
    }
    const { order } = await this.#insist<GroupPaymentBegun>(friend, `${path}/orders`, undefined, undefined, [201])
    const card = { method: 'card', card: 'ok' }
    await this.#insist(friend, `/api/orders/${order?.id}/payments`, card, this.#keys.friend, [200, 202])
  }

  async comeBack(): Promise<void> {
    const [host, friend] = this.#friends
    this.leave()
    this.#friends = [await friendOn(this.#origin, host), await friendOn(this.#origin, friend)]
  }

  leave(): void {
    for (const friend of this.#friends) friend.close()
  }

  async look(): Promise<GroupView> {
    const group = await this.#friends[0].look(this.#performanceId)
    if (group === null) throw new Error('the group is gone')
    return group
  }

  /** Of the audit, of what Redis is still to be told, and of the block: held or ordered as a whole, or given up. */
  async whatIsWrong(): Promise<string[]> {
    const wrong = await auditFindings(this.#origin, this.#performanceId)
    const { rows } = await sql<{ count: number }>`select count(*)::int as count from outbox`.execute(database.db)
    if (rows[0]?.count !== 0) wrong.push(`${rows[0]?.count} entries wait in the outbox`)
    const { status, notice, hold, payment, members } = await this.look()
    const seats = hold?.seats ?? payment?.seats ?? []
    if (seats.length !== 2 && notice !== 'given_up') wrong.push(`a group that is ${status} has ${seats.length} seats`)
    const each = members.map((member) => member.seats.length).join()
    if (each !== '1,1' && notice !== 'given_up') wrong.push(`they have ${each} seats`)
    return wrong
  }

  /** Minor units that were taken and not given back. */
  async taken(): Promise<{ readonly host: number; readonly inAll: number }> {
    const { rows } = await sql<{ user: string; kept: number }>`
      select payments.user_id as user, sum(amount_minor - returned_minor)::int as kept
      from payments join orders on orders.id = payments.order_id
      where group_id = ${this.#groupId} and payments.status in ('captured', 'refund_due', 'refunded')
      group by 1`.execute(database.db)
    const inAll = rows.reduce((sum, { kept }) => sum + kept, 0)
    return { host: rows.find(({ user }) => user === this.#friends[0].userId)?.kept ?? 0, inAll }
  }

  /** What was put off when somebody took it up and died is due: nothing of this is about how long that takes. */
  async askProvidersNow(): Promise<void> {
    await sql`update payments set next_attempt_at = now() where next_attempt_at is not null`.execute(database.db)
  }

  /** The host may cover now. */
  async #hurry(): Promise<void> {
    await sql`update groups set pay_until = date_trunc('milliseconds', now()) + interval '25 seconds'
      where id = ${this.#groupId}`.execute(database.db)
  }

  async #insist<Body>(
    who: Friend,
    path: string,
    body?: object,
    key?: string,
    wanted: readonly number[] = [200],
  ): Promise<Said<Body>['body']> {
    let said: Said<Body> | undefined
    await eventually(`an answer of ${path}`, 60_000, async () => {
      said = await say<Body>(this.#origin, who.token, 'POST', path, body, key)
      return wanted.includes(said.status) ? true : Promise.reject(new Error(JSON.stringify(said)))
    })
    if (said === undefined) throw new Error('there is always an answer')
    return said.body
  }
}
