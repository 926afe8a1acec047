import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../../test/support/postgres.ts'
import { createTestSale } from '../../test/support/test-sale.ts'
import { auditGroupOrders } from '../audit/audit-group-orders.ts'
import { connectDatabase, type DatabaseClient } from '../database/client.ts'
import { newId } from '../database/uuid.ts'
import { insertGroup } from '../groups/group-repository.ts'
import { insertMember } from '../groups/member-repository.ts'
import { jointSale } from '../groups/payment/joint-sale.ts'
import { plantedJointSale } from './half-sold-groups.ts'
import { plantInDatabase, takenGuards } from './planted-database.ts'

const PRICE = 1_000
let database: TestDatabase
let client: DatabaseClient
let performanceId: string

beforeAll(async () => {
  database = await testDatabase()
  client = connectDatabase({ databaseUrl: database.url })
  performanceId = await createTestSale(database.url, 4)
})
afterAll(async () => {
  await client.close()
  await database.drop()
})

/** A group of two that is being paid for, one share each; the first friend's money is taken. */
async function halfPaidGroup(firstSeat: number): Promise<string> {
  const group = { id: newId(), performanceId, hostId: randomUUID() }
  await client.db.transaction().execute(async (trx) => {
    await insertGroup(trx, { ...group, rule: 'each_pays', size: 2, wish: {}, allowsSplit: false })
    await trx.updateTable('groups').set({ status: 'paying', payment_round: 1 }).where('id', '=', group.id).execute()
    for (const [place, userId] of [group.hostId, randomUUID()].entries()) {
      const member = await insertMember(trx, group, userId, `friend ${place}`)
      const id = newId()
      const order = { id, performance_id: performanceId, user_id: userId, currency: 'EUR' }
      await trx
        .insertInto('orders')
        .values({
          ...order,
          deadline_at: new Date(Date.now() + 600_000),
          paying_until: null,
          key_sha256: createHash('sha256').update(id).digest(),
          hold_id: 'h',
          group_id: group.id,
          payment_round: 1,
          member_id: member.id,
        })
        .execute()
      const seat = { order_id: id, order_status: 'pending' as const, performance_id: performanceId }
      await trx
        .insertInto('order_seats')
        .values({ ...seat, seat: firstSeat + place, zone_id: 'all', price_minor: PRICE })
        .execute()
      if (place > 0) continue
      const payment = { id: newId(), order_id: id, user_id: userId, provider: 'wallet', method: 'wallet', card: null }
      await trx
        .insertInto('payments')
        .values({ ...payment, status: 'captured', amount_minor: PRICE, currency: 'EUR', request_key: null })
        .execute()
    }
  })
  return group.id
}

const advance = (groupId: string, bug: 'group-half-sold' | '') =>
  client.db.transaction().execute((trx) => plantedJointSale(bug, jointSale()).advance(trx, groupId))

test('[G12] group-half-sold: PostgreSQL refuses it until its guards are taken, then the audit finds it', async () => {
  const groupId = await halfPaidGroup(0)
  await advance(groupId, '')
  expect((await auditGroupOrders(client.db, performanceId)).found).toEqual([])
  await expect(advance(groupId, 'group-half-sold')).rejects.toMatchObject({ code: '23514' })

  expect(await takenGuards(client.db)).toEqual([])
  await plantInDatabase('group-half-sold', database.url)
  await plantInDatabase('double-sale', database.url)
  expect(await takenGuards(client.db)).toHaveLength(3)
  await advance(groupId, 'group-half-sold')
  const { found } = await auditGroupOrders(client.db, performanceId)
  expect(found).toEqual([expect.stringMatching(/^order \S+ is pending, its group \S+ sold$/)])
})
