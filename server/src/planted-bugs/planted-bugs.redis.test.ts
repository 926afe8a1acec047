import { randomUUID } from 'node:crypto'
import { judgeDelta } from '@seatcast/shared/domain/revision.ts'
import type { MapDelta } from '@seatcast/shared/protocol/delta.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testRedis } from '../../test/support/redis.ts'
import { auditHistory } from '../audit/audit-history.ts'
import { auditMap } from '../audit/audit-map.ts'
import { readMapDump } from '../audit/map-dump.ts'
import { PLANTED_BUGS, type PlantedBug } from '../config.ts'
import { encodePacket } from '../feed/encoded-packet.ts'
import type { EncodedPacket } from '../feed/watcher.ts'
import { connectRedis, untilReady } from '../redis/client.ts'
import { createOrderCommands } from '../seats/order-commands.ts'
import { createSeatCommands } from '../seats/seat-commands.ts'
import { losingFrames, LOST_SHARE, plantedWatcher } from './lost-frames.ts'
import { plantedLua, SKIPPED_REVISION } from './planted-lua.ts'

const server = await testRedis()
const redis = connectRedis(server.url, 'commands', () => undefined)
beforeAll(() => untilReady(redis, 5_000))
afterAll(() => redis.disconnect())

/** A sale of 30 seats on a system with that bug; `ended`: what the audit finds. */
async function saleWith(bug: PlantedBug | '', holdMs = 60_000) {
  const lua = plantedLua(bug)
  const commands = createSeatCommands(redis, lua)
  const target = { id: randomUUID(), partition: 3, epoch: 1 }
  const facts = { status: 'on_sale', opensAtMs: 0, holdMs, maxSeatsPerBuyer: 6 } as const
  await commands.loadMap(target, { facts, seatCount: 30, blockedSeats: [], holds: [] })
  return {
    ...commands,
    orders: createOrderCommands(redis, lua),
    target,
    hold: (buyer: string, ...seats: number[]) => commands.hold(target, { buyer, seats }),
    async findings() {
      const dump = await readMapDump(redis, target)
      if (dump === undefined) throw new Error('there is no map')
      return [...auditMap(dump), ...(await auditHistory(dump))].flatMap(({ name, count }) => (count > 0 ? [name] : []))
    },
  }
}

test('every bug can be planted: the lines that it changes are there', () => {
  for (const bug of PLANTED_BUGS) {
    const lua = plantedLua(bug)
    const commands = [createSeatCommands(redis, lua), createOrderCommands(redis, lua)]
    expect(commands, bug).toHaveLength(2)
  }
})

test('[H2] hold-without-owner-check: two holds of one seat, and the audit says so even when both are over', async () => {
  const sale = await saleWith('hold-without-owner-check')
  expect(await sale.hold('ana', 4, 5)).toMatchObject({ ok: true })
  expect(await sale.hold('ben', 5, 6)).toMatchObject({ ok: true })
  expect(await sale.findings()).toEqual(expect.arrayContaining(['holds', 'hold_history']))
  await sale.release(sale.target, { buyer: 'ana' })
  await sale.release(sale.target, { buyer: 'ben' })
  expect(await sale.findings()).toContain('hold_history')
})

test('[H5] early-expiry: a hold that ended before its deadline stays in the log', async () => {
  const sale = await saleWith('early-expiry', 2_500)
  await sale.hold('ana', 4)
  expect(await sale.expireDue(sale.target)).toMatchObject({ ok: true, ended: 1 })
  expect(await sale.findings()).toEqual(['hold_ends'])
})

test('[H2] double-sale: a seat that is ordered is held and ordered again', async () => {
  const sale = await saleWith('double-sale')
  for (const buyer of ['ana', 'ben']) {
    expect(await sale.hold(buyer, 4)).toMatchObject({ ok: true })
    const order = { buyer, orderId: randomUUID(), paymentMs: 60_000 }
    expect(await sale.orders.order(sale.target, order)).toMatchObject({ ok: true })
  }
  expect(await sale.findings()).toContain('hold_history')
})

test('[R2] skipped-revision: the gap is found, also when a checkpoint came after it', async () => {
  const sale = await saleWith('skipped-revision')
  for (let count = 0; count < SKIPPED_REVISION; count += 1) {
    await sale.hold('ana', 4)
    await sale.release(sale.target, { buyer: 'ana' })
  }
  expect(await sale.findings()).toEqual(['revisions'])
  await sale.checkpoint(sale.target, 0)
  expect(await sale.findings()).toEqual(['revisions'])
})

test('without a bug the same actions leave nothing to find', async () => {
  const sale = await saleWith('')
  expect(await sale.hold('ana', 4, 5)).toMatchObject({ ok: true })
  expect(await sale.hold('ben', 5, 6)).toMatchObject({ ok: false, code: 'SEAT_TAKEN' })
  await sale.swap(sale.target, { buyer: 'ana', release: [4], hold: [7] })
  const kept = { buyer: 'ana', orderId: randomUUID(), paymentMs: 60_000 }
  expect(await sale.orders.order(sale.target, { ...kept, seats: [5] })).toMatchObject({ ok: true })
  await sale.orders.returnOrder(sale.target, kept.orderId)
  const again = { buyer: 'ana', orderId: randomUUID(), paymentMs: 60_000 }
  expect(await sale.orders.order(sale.target, again)).toMatchObject({ ok: true })
  const paid = { orderId: again.orderId, buyer: 'ana', status: 'paid', live: [5], gone: [7], remainingMs: 0 } as const
  await sale.orders.settleOrder(sale.target, paid)
  expect(await sale.hold('ben', 7)).toMatchObject({ ok: true })
  for (let count = 0; count < SKIPPED_REVISION; count += 1) {
    await sale.hold('cho', 9)
    await sale.release(sale.target, { buyer: 'cho' })
  }
  expect(await sale.findings()).toEqual([])
})

test('[F1] lost-frames: one frame in twenty is not sent, and a client on a good link sees gaps', () => {
  const sent: EncodedPacket[] = []
  const watcher = {
    id: 'w',
    writeBufferLength: () => 0,
    send: (packet: EncodedPacket) => void sent.push(packet),
    close: () => {},
  }
  let turn = 0
  const lossy = losingFrames(watcher, () => (turn++ % 100) / 100)
  const frames = 1_000
  for (let to = 1; to <= frames; to += 1) lossy.send(encodePacket('map:delta', ['p', 1, to - 1, to, []]))
  expect(sent).toHaveLength(frames * (1 - LOST_SHARE))
  let revision = 0
  const verdicts = sent.map(({ text }) => {
    const [, [, epoch, from, to]] = JSON.parse(text.slice(1)) as [string, MapDelta]
    const verdict = judgeDelta({ epoch: 1, revision }, { epoch, from, to })
    revision = to
    return verdict
  })
  expect(verdicts.filter((verdict) => verdict === 'gap').length).toBeGreaterThan(5)
  expect(PLANTED_BUGS.filter((bug) => plantedWatcher(bug) !== undefined)).toEqual(['lost-frames'])
})
