import type { GroupView } from '@seatcast/shared/protocol/group.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { groupWorld, type Person } from '../../test/support/group-world.ts'
import { seededRandom } from '../../test/support/hostile-values.ts'
import { testRedis } from '../../test/support/redis.ts'

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

test(
  '[G1, G2, G7] whatever members and passers-by do at the same moment, seats, shares and members agree',
  async () => {
    const seed = Math.floor(Math.random() * 2 ** 31)
    const random = seededRandom(seed)
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
    const map = await world.sale({ rows: 3, seatsPerRow: 8, maxSeatsPerBuyer: 4 })
    const { groupId, performanceId, people } = await world.group(map, ['Host'], { size: 3, split: true })
    const host = people[0] as Person
    const crowd = [host, ...Array.from({ length: PEOPLE - 1 }, () => world.person())]
    const seen = async (): Promise<GroupView> => await host.does('group:watch', { performanceId })

    const act = async (group: GroupView): Promise<{ readonly ok: boolean } | null> => {
      const one = random() < 0.3 ? host : pick(crowd)
      const { memberId } = pick(group.members)
      const seat = pick(group.hold?.seats ?? [0])
      const code = group.invitation?.code ?? ''
      switch (Math.floor(random() * 12)) {
        case 0:
        case 1:
          return await one.ask('group:join', { code, name: 'Friend' })
        case 2:
          return one === host ? null : await one.ask('group:leave', { groupId })
        case 3:
          return await host.ask('group:remove', { groupId, memberId })
        case 4:
          return await host.ask('group:renew', { groupId })
        case 5:
        case 6:
          return await one.ask('group:hold', { groupId })
        case 7:
          return await one.ask('group:sit', { groupId, seat: random() < 0.2 ? null : seat })
        case 8:
          return await one.ask('group:swap', { groupId, memberId, accept: random() < 0.7 })
        case 9:
          return await host.ask('group:assign', { groupId, memberId: random() < 0.2 ? null : memberId, seat })
        case 10:
          return await world.commands.hold(map.target, { buyer: one.userId, seats: [Math.floor(random() * 24)] })
        default:
          return random() < 0.5
            ? await host.ask('group:release', { groupId })
            : await world.commands.release(map.target, { buyer: one.userId })
      }
    }

    let done = 0
    let membersMax = 0
    for (let round = 0; round < ROUNDS; round++) {
      const group = await seen()
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => act(group)))
      done += answers.filter((answer) => answer !== null && answer.ok).length
      membersMax = Math.max(membersMax, group.members.length)
      // Codes that were renewed meanwhile are no guesses here.
      await world.db.deleteFrom('sign_in_attempts').execute()
      const after = await seen()
      const inRedis = await world.groups.read(map.target, groupId)
      const block = after.hold?.seats ?? []
      const taken = after.members.flatMap(({ seats }) => seats)
      const what = `seed ${seed}, round ${round}`
      expect(new Set(taken).size, what).toBe(taken.length)
      expect(block, what).toEqual(expect.arrayContaining(taken))
      expect(block.length, what).toBeLessThanOrEqual(10)
      expect(inRedis?.hold?.seats.toSorted((a, b) => a - b) ?? [], what).toEqual(block)
      expect(inRedis?.members.length, what).toBe(after.members.length)
      const shares = after.members.map(({ seats, isHost }) => seats.length + (isHost ? block.length - taken.length : 0))
      const inScript = Object.values(inRedis?.hold?.shares ?? {})
      expect(ascending(inScript), what).toEqual(ascending(shares))
      expect(await world.violations(map), what).toEqual([])
    }
    // It was about something.
    expect(done).toBeGreaterThan(ROUNDS)
    expect(membersMax).toBeGreaterThan(2)
  },
  60_000 + ROUNDS * 2_000,
)
