import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { groupWorld } from '../../test/support/group-world.ts'
import { testRedis } from '../../test/support/redis.ts'
import { lookForGroup } from './group-repository.ts'

const redis = await testRedis()
let world: Awaited<ReturnType<typeof groupWorld>>
beforeAll(async () => {
  world = await groupWorld(redis.url)
})
afterAll(() => world?.close())

test('whoever loads a page is looked for by an index, however many are in groups of the performance', async () => {
  const map = await world.sale()
  const performanceId = map.performance.id
  await sql`
    insert into groups (id, performance_id, host_id, rule, size, codes_until)
    select gen_random_uuid(), ${performanceId}, gen_random_uuid(), 'each_pays', 4, now() from generate_series(1, 2000)
  `.execute(world.db)
  await sql`
    insert into group_members (id, group_id, performance_id, user_id, name)
    select gen_random_uuid(), id, performance_id, gen_random_uuid(), 'Ada' from groups, generate_series(1, 4)
  `.execute(world.db)
  await sql`analyze groups, group_members`.execute(world.db)
  const plan = JSON.stringify(await lookForGroup(world.db, performanceId, randomUUID()).explain('json'))
  // By performance and person or, where a person is in few groups, by the person alone.
  expect(plan).toMatch(/group_members_(by|of_a)_person/)
  expect(plan).not.toContain('Seq Scan')
})
