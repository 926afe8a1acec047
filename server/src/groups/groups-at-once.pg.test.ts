import { randomUUID } from 'node:crypto'
import type { GroupView } from '@seatcast/shared/protocol/group.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { groupWorld, type Person } from '../../test/support/group-world.ts'
import { seededRandom } from '../../test/support/hostile-values.ts'
import { TEST_KEYS } from '../../test/support/order-world.ts'
import { testRedis } from '../../test/support/redis.ts'
import { auditGroupOrders } from '../audit/audit-group-orders.ts'
import { RefusalError } from '../http/refusal.ts'
import { deliverOutbox } from '../orders/order-outbox.ts'
import { resolveLocks } from '../orders/orphan-locks.ts'
import { mapKeys } from '../redis/keys.ts'
import { beginning } from './payment/begin-payment.ts'
import { giveUp } from './payment/give-up.ts'
import { jointSale } from './payment/joint-sale.ts'

const redis = await testRedis()
let world: Awaited<ReturnType<typeof groupWorld>>
beforeAll(async () => {
  world = await groupWorld(redis.url)
})
afterAll(() => world?.close())

const ascending = (counts: readonly number[]) => counts.filter((count) => count > 0).toSorted((a, b) => a - b)

const PEOPLE = 6
const ROUNDS = Number(process.env['GROUP_ROUNDS'] ?? 25)
const AT_ONCE = 6

type Answer = { readonly ok: boolean }

/** A process dies: what it had done in Redis stays, what it had done in PostgreSQL does not. */
class DeathError extends Error {
  override readonly name = 'DeathError'
}

test(
  '[G1, G2, G6, G7, G12, G13] whatever is done at the same moment, and wherever it dies, seats, shares and members agree',
  async () => {
    const seed = Math.floor(Math.random() * 2 ** 31)
    const random = seededRandom(seed)
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
    const map = await world.sale({ rows: 3, seatsPerRow: 8, maxSeatsPerBuyer: 4 })
    const { groupId, performanceId, people } = await world.group(map, ['Host'], { size: 3, split: true })
    const host = people[0] as Person
    const crowd = [host, ...Array.from({ length: PEOPLE - 1 }, () => world.person())]
    const { db, orders, groups } = world
    const seen = async (): Promise<GroupView> => await host.does('group:watch', { performanceId })
    const times = { begun: 0, died: 0, extended: 0 }

    const begin = async (one: Person, diesAt: string): Promise<Answer> => {
      const step = (name: string) => {
        if (name === diesAt) throw new DeathError()
      }
      const needs = { db, orders, groups, keys: TEST_KEYS, jointSale: jointSale(), step }
      const attempt = beginning(needs, { ...map, saleStatus: 'on_sale' }, { groupId, userId: one.userId })
      try {
        await db.transaction().execute((trx) => attempt.begin(trx))
        times.begun += 1
        return { ok: true }
      } catch (fault) {
        if (fault instanceof DeathError) throw fault
        await attempt.undo(fault)
        return refused(fault)
      }
    }
    const stopPaying = () =>
      db
        .transaction()
        .execute((trx) => giveUp(trx, { groupId, userId: host.userId }))
        .then(() => ({ ok: true }), refused)
    const extend = async (one: Person): Promise<Answer> => {
      const answer = await one.ask('group:extend', { groupId })
      if (answer.ok) times.extended += 1
      return answer
    }
    const expire = async (): Promise<Answer> => {
      const holdId = (await groups.read(map.target, groupId))?.hold?.holdId
      if (holdId !== undefined) await world.redis.zadd(mapKeys(map.target).deadlines, 'XX', Date.now() - 1, holdId)
      await world.commands.expireDue(map.target)
      return { ok: holdId !== undefined }
    }

    /** What somebody does, as often as it is asked for: the same request. */
    const draw = (group: GroupView): (() => Promise<Answer>) => {
      const requestId = randomUUID()
      const one = random() < 0.3 ? host : pick(crowd)
      const { memberId } = pick(group.members)
      const seat = pick(group.hold?.seats ?? [0])
      const isSo = random() < 0.3
      const code = group.invitation?.code ?? ''
      switch (Math.floor(random() * 20)) {
        case 0:
        case 1:
        case 2:
          return () => one.ask('group:join', { code, name: 'Friend', requestId })
        case 3:
          return () => pick(crowd.slice(1)).ask('group:leave', { groupId, requestId })
        case 4:
          return () => host.ask('group:remove', { groupId, memberId, requestId })
        case 5:
          return () => host.ask('group:renew', { groupId, requestId })
        case 6:
        case 7:
        case 8:
          return () => one.ask('group:hold', { groupId, requestId })
        case 9:
          return () => one.ask('group:sit', { groupId, seat: isSo ? null : seat, requestId })
        case 10:
          return () => one.ask('group:swap', { groupId, memberId, accept: !isSo, requestId })
        case 11:
          return () => host.ask('group:assign', { groupId, memberId: isSo ? null : memberId, seat, requestId })
        case 12:
          return () => world.commands.hold(map.target, { buyer: one.userId, seats: [Math.floor(random() * 24)] })
        case 13:
        case 16:
        case 17:
          return () => begin(one, pick(['block ordered', 'group orders written', 'never', 'never']))
        case 14:
          return stopPaying
        case 15:
          return () => extend(one)
        case 18:
          return isSo ? expire : () => host.ask('group:release', { groupId, requestId })
        default:
          return () => world.commands.release(map.target, { buyer: one.userId })
      }
    }
    /** Whoever hears nothing asks again, or gives up. */
    const act = async (command: () => Promise<Answer>): Promise<Answer> => {
      try {
        return await command()
      } catch (fault) {
        if (!(fault instanceof DeathError)) throw fault
        delete world.faults.after
        times.died += 1
        return random() < 0.6 ? await act(command) : { ok: false }
      }
    }

    let done = 0
    let membersMax = 0
    for (let round = 0; round < ROUNDS; round++) {
      const group = await seen()
      if (random() < 0.5) world.faults.after = new DeathError()
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => act(draw(group))))
      delete world.faults.after
      done += answers.filter((answer) => answer.ok).length
      membersMax = Math.max(membersMax, group.members.length)
      // Codes that were renewed meanwhile are no guesses here.
      await db.deleteFrom('sign_in_attempts').execute()
      const what = `seed ${seed}, round ${round}`
      await resolveLocks({ db, orders }, map.target, 0)
      expect((await auditGroupOrders(db, performanceId)).found, what).toEqual([])
      await stopPaying()
      await deliverOutbox({ db, orders })
      expect((await auditGroupOrders(db, performanceId)).found, what).toEqual([])

      const after = await seen()
      const inRedis = await groups.read(map.target, groupId)
      const block = after.hold?.seats ?? []
      const taken = after.members.flatMap(({ seats }) => seats)
      expect(new Set(taken).size, what).toBe(taken.length)
      expect(block, what).toEqual(expect.arrayContaining(taken))
      expect(block.length, what).toBeLessThanOrEqual(10)
      // There is a seat for everybody, or they were told that there is not.
      if (after.hold !== null && block.length < after.members.length) expect(after.notice, what).toBe('kept')
      expect(inRedis?.hold?.seats.toSorted((a, b) => a - b) ?? [], what).toEqual(block)
      expect(inRedis?.members.length, what).toBe(after.members.length)
      const shares = after.members.map(({ seats, isHost }) => seats.length + (isHost ? block.length - taken.length : 0))
      const inScript = Object.values(inRedis?.hold?.shares ?? {})
      expect(ascending(inScript), what).toEqual(ascending(shares))
      // Where a clock was put on, the log says so.
      const violations = (await world.violations(map)).filter((one) => !one.startsWith('hold_ends:'))
      expect(violations, what).toEqual([])
    }
    // It was about something.
    expect(done).toBeGreaterThan(ROUNDS)
    expect(membersMax).toBeGreaterThan(2)
    if (ROUNDS >= 100) expect(Math.min(...Object.values(times)), JSON.stringify(times)).toBeGreaterThan(0)
    process.stdout.write(`groups at once: ${ROUNDS} rounds, ${done} moves, ${JSON.stringify(times)}, seed ${seed}\n`)
  },
  60_000 + ROUNDS * 2_000,
)

/** A refusal changes nothing. */
function refused(fault: unknown): Answer {
  if (!(fault instanceof RefusalError)) throw fault
  return { ok: false }
}
