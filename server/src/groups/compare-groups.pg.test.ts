import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { groupWorld } from '../../test/support/group-world.ts'
import { testRedis } from '../../test/support/redis.ts'
import { GroupComparison } from './compare-groups.ts'

const redis = await testRedis()
let world: Awaited<ReturnType<typeof groupWorld>>
beforeAll(async () => {
  world = await groupWorld(redis.url)
})
afterAll(() => world?.close())

test('[G2] what a process left that died between Redis and PostgreSQL is repaired at the second look, a change on its way is not', async () => {
  const map = await world.sale()
  const { groupId, performanceId, people } = await world.group(map, ['Host', 'Ben'])
  const comparison = new GroupComparison({
    db: world.db,
    groups: world.groups,
    tell: world.news.tell,
    open: () => Promise.resolve(map),
  })
  expect(await comparison.look([performanceId])).toBe(0)
  // One never became a group; of the other Redis forgot a member.
  const [alone, ghost] = [randomUUID(), randomUUID()]
  const left = { version: 2, host: alone, members: [alone], holdMs: 1_000 }
  await world.groups.setMembers(map.target, { ...left, groupId: ghost })
  const known = await world.groups.read(map.target, groupId)
  const host = known?.host ?? ''
  const short = { groupId, version: (known?.version ?? 0) + 1, host, members: [host], holdMs: 1_000 }
  await world.groups.setMembers(map.target, short)
  expect(await comparison.look([performanceId])).toBe(0)
  expect(await world.groups.read(map.target, ghost)).toBeDefined()
  expect(await comparison.look([performanceId])).toBe(2)
  expect(await world.groups.read(map.target, ghost)).toBeUndefined()
  const members = (await world.groups.list(map.target)).find((one) => one.groupId === groupId)?.members
  expect(members?.toSorted()).toEqual(people.map(({ userId }) => userId).toSorted())
  expect(await comparison.look([performanceId])).toBe(0)
  expect(await world.violations(map)).toEqual([])
})
