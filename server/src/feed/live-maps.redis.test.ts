import { setTimeout as delay } from 'node:timers/promises'
import type { HoldChanged } from '@seatcast/shared/protocol/hold.ts'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FakeWatcher } from '../../test/support/feed-fixtures.ts'
import { simLayout, simPerformance } from '../../test/support/convergence-worker.ts'
import { testRedis } from '../../test/support/redis.ts'
import { connectRedis, redisRunId, untilReady } from '../redis/client.ts'
import { mapKeys } from '../redis/keys.ts'
import { createGroupCommands, holderOf } from '../seats/group-commands.ts'
import { loadSeats } from '../seats/load-seats.ts'
import { mapHealth } from '../seats/map-health.ts'
import { createSeatCommands } from '../seats/seat-commands.ts'
import type { MapSource } from './map-source.ts'
import { LiveMaps } from './live-maps.ts'

const SEATS = 40
const server = await testRedis()
const redis = connectRedis(server.url, 'commands', () => undefined)
await untilReady(redis, 5_000)
const commands = createSeatCommands(redis)
/** Counts every command that the feed sends beside its reads. */
const monitored = new Redis(server.url)
afterAll(() => {
  redis.disconnect()
  monitored.disconnect()
})

/** PostgreSQL's row of the performance. */
let row = simPerformance(SEATS)
let holdChanges: [string, HoldChanged][]
let groupChanges: [string, HoldChanged][]
let maps: LiveMaps

/** What roles/map-source.ts does, with a variable for PostgreSQL. */
const source: MapSource = {
  loadPerformance: (id) => Promise.resolve(id === row.id ? { performance: row, layout: simLayout(SEATS) } : undefined),
  async ensureLoaded(_, seen) {
    const runId = await redisRunId(redis)
    const read = await commands.readMap(row)
    if (mapHealth(read, row, runId, seen) === 'ok' && seen?.rewritten !== true) return
    await loadSeats({
      commands,
      performance: row,
      runId,
      previous: seen?.holds ?? [],
      epochs: {
        beginEpoch(_id, carrier) {
          row = { ...row, epoch: row.epoch + 1, redisRunId: carrier.redisRunId }
          return Promise.resolve({ epoch: row.epoch, performance: row, blockedSeats: [], seatCount: SEATS })
        },
      },
    })
  },
  async readState(performance) {
    const read = await commands.readMap(performance)
    return read && { ...read, states: read.seats, sale: { status: read.status, opensAtMs: read.opensAtMs } }
  },
}

beforeEach(async () => {
  await redis.flushall()
  row = { ...simPerformance(SEATS), epoch: 0 }
  holdChanges = []
  groupChanges = []
  maps = new LiveMaps({
    source,
    commands: redis,
    connectBlocking: () => connectRedis(server.url, 'blocking', () => undefined),
    events: {
      holdChanged: (buyer, change) => holdChanges.push([buyer, change]),
      groupHoldChanged: (groupId, change) => groupChanges.push([groupId, change]),
    },
    framesPerSecond: 50_000,
    tickMsMin: 25,
    ringEntries: 100,
    log: pino({ level: 'silent' }),
    idleMs: 600,
  })
})
afterEach(() => maps.close())

async function opened() {
  const map = await maps.open(row.id)
  if (map === undefined) throw new Error('the map did not open')
  const watcher = new FakeWatcher()
  return { map, watcher, reply: map.watch(watcher, 'ann') }
}

const named = (watcher: FakeWatcher, event: string) =>
  watcher.received.filter((packet): packet is [string, unknown[]] => Array.isArray(packet) && packet[0] === event)
const deltas = (watcher: FakeWatcher) => named(watcher, 'map:delta').map(([, delta]) => delta)

describe('a live map', () => {
  test('opens once for all who ask; a performance that does not exist is none', async () => {
    const [one, other] = await Promise.all([maps.open(row.id), maps.open(row.id)])
    expect(one).toBe(other)
    expect(row.epoch).toBe(1)
    expect(await maps.open('nobody')).toBeUndefined()
    expect(maps.peek('nobody')).toBeUndefined()
  })

  test('a hold reaches watchers as a delta, its buyer with reason, and the mirror', async () => {
    const { map, watcher, reply } = await opened()
    expect(reply).toMatchObject({
      epoch: 1,
      revision: 1,
      mine: { hold: null, orders: [] },
      status: 'on_sale',
      opensInMs: 0,
    })
    expect(reply.deltas).toBeUndefined()
    await commands.hold(map.target, { buyer: 'ann', seats: [3, 4] })
    await vi.waitFor(() => expect(deltas(watcher)).toEqual([['p', 1, 1, 2, [3 * 8 + 1, 4 * 8 + 1]]]))
    expect(holdChanges).toMatchObject([
      ['ann', { performanceId: 'p', seats: [3, 4], reason: 'held', epoch: 1, revision: 2 }],
    ])
    expect(holdChanges[0]?.[1].expiresInMs).toBeGreaterThan(59_000)
    expect(map.mirror.holdOf('ann')?.seats).toEqual([3, 4])
    expect(map.mineOf('ann').hold).toMatchObject({ seats: [3, 4] })
    expect(map.mirror.availableBySection()).toEqual([[SEATS - 2]])
    await commands.release(map.target, { buyer: 'ann' })
    await vi.waitFor(() =>
      expect(holdChanges.at(-1)?.[1]).toMatchObject({ holdId: null, seats: [], expiresInMs: 0, reason: 'released' }),
    )
  })

  test('[G1, G8] a group’s hold is news of the group, nobody’s own, and in the mirror', async () => {
    const { map, watcher } = await opened()
    const groups = createGroupCommands(redis)
    const group = { groupId: 'band', holdMs: 90_000 }
    await groups.setMembers(map.target, { ...group, version: 1, host: 'ann', members: ['ann'] })
    await groups.holdBlock(map.target, { ...group, candidates: [{ seats: [3, 4], assigned: {} }], buyer: 'ann' })
    await vi.waitFor(() => expect(deltas(watcher)).toHaveLength(1))
    expect(map.mirror.holdOf(holderOf('band'))?.seats).toEqual([3, 4])
    expect(map.mineOf('ann').hold).toBeNull()
    await groups.release(map.target, group)
    await vi.waitFor(() =>
      expect(groupChanges).toMatchObject([
        ['band', { seats: [3, 4], reason: 'held', revision: 2 }],
        ['band', { holdId: null, seats: [], reason: 'released', revision: 3 }],
      ]),
    )
    expect(groupChanges[0]?.[1].expiresInMs).toBeGreaterThan(60_000)
    expect(holdChanges).toEqual([])
  })

  test('[F5] joining costs no Redis command', async () => {
    const { map } = await opened()
    await delay(1_200)
    const calls = async () => {
      const stats = await monitored.info('commandstats')
      return [...stats.matchAll(/cmdstat_(\w+):calls=(\d+)/g)]
        .filter(([, name]) => !['info', 'xread', 'hmget', 'time', 'client'].includes(name ?? ''))
        .map(([text]) => text)
    }
    const before = await calls()
    for (let joining = 0; joining < 500; joining++)
      map.watch(new FakeWatcher(`w${joining}`), 'bob', { epoch: 1, revision: 1 })
    await map.snapshot()
    expect(await calls()).toEqual(before)
  })

  test('a reconnect inside the ring gets what it lacks', async () => {
    const { map } = await opened()
    for (const seat of [1, 2, 3]) await commands.hold(map.target, { buyer: `b${seat}`, seats: [seat] })
    await vi.waitFor(() => expect(map.mirror.position.revision).toBe(4))
    const reply = map.watch(new FakeWatcher('back'), 'ann', { epoch: 1, revision: 2 })
    expect(reply.deltas).toEqual([['p', 1, 2, 4, expect.arrayContaining([2 * 8 + 1, 3 * 8 + 1])]])
    expect(reply.deltas?.[0]?.[4]).not.toContain(1 * 8)
  })

  test('a snapshot waits for the state asked for, and is encoded once a revision', async () => {
    const { map } = await opened()
    const waiting = map.snapshot({ epoch: 1, revision: 2 })
    await commands.hold(map.target, { buyer: 'ann', seats: [0] })
    const snapshot = await waiting
    expect(JSON.parse(snapshot.json.toString())).toEqual({ epoch: 1, revision: 2, seats: `1${'0'.repeat(SEATS - 1)}` })
    expect(await map.snapshot()).toBe(snapshot)
  })
})

describe('status', () => {
  test('whoever joins gets the counts at once, the others within a second or so, and nothing when nothing changed', async () => {
    const { map, watcher } = await opened()
    expect(named(watcher, 'map:status')).toMatchObject([['map:status', { live: true, sections: [[SEATS]] }]])
    await delay(1_300)
    const other = new FakeWatcher('other')
    map.watch(other, 'bob')
    expect(named(other, 'map:status')).toMatchObject([['map:status', { live: true, sections: [[SEATS]] }]])
    for (const each of [watcher, other])
      await vi.waitFor(
        () => expect(named(each, 'map:status').at(-1)).toMatchObject(['map:status', { watchers: 2 }]),
        3_000,
      )
    await commands.hold(map.target, { buyer: 'ann', seats: [1] })
    await vi.waitFor(
      () => expect(named(watcher, 'map:status').at(-1)).toMatchObject(['map:status', { sections: [[SEATS - 1]] }]),
      3_000,
    )
    const count = named(watcher, 'map:status').length
    await delay(1_300)
    expect(named(watcher, 'map:status')).toHaveLength(count)
  })
})

describe('trouble', () => {
  test('[R5] Redis emptied: the next epoch, a reset for watchers, the hold kept', async () => {
    const { map, watcher } = await opened()
    await commands.hold(map.target, { buyer: 'ann', seats: [3, 4] })
    await vi.waitFor(() => expect(map.mirror.holdOf('ann')).toBeDefined())
    await redis.flushall()
    await vi.waitFor(() => expect(named(watcher, 'map:reset')).toEqual([['map:reset', ['p', 2, 1]]]), 5_000)
    expect(map.target.epoch).toBe(2)
    expect(map.mirror.holdOf('ann')?.seats).toEqual([3, 4])
    expect(map.live).toBe(true)
    await commands.hold(map.target, { buyer: 'bob', seats: [5] })
    await vi.waitFor(() => expect(deltas(watcher).at(-1)).toEqual(['p', 2, 1, 2, [5 * 8 + 1]]))
  })

  test('[R3] history rewritten under the same revisions: the next epoch', async () => {
    const { map, watcher } = await opened()
    await commands.hold(map.target, { buyer: 'ann', seats: [3] })
    await vi.waitFor(() => expect(map.mirror.position.revision).toBe(2))
    await redis.hset('{p0}:p:meta', 'chain', 'deadbeef')
    await commands.hold(map.target, { buyer: 'bob', seats: [4] })
    await vi.waitFor(() => expect(named(watcher, 'map:reset')).toEqual([['map:reset', ['p', 2, 1]]]), 5_000)
    expect([...map.mirror.states].slice(3, 5)).toEqual([1, 1])
  })

  test('entries that are gone: the state anew and a reset, never a delta over what nobody saw', async () => {
    const { map, watcher } = await opened()
    await redis.hset('{p0}:p:meta', 'revision', 9)
    await redis.setrange('{p0}:p:seats', 5, '4')
    await redis.xadd('{p0}:p:log', '1-9', 'c', 'aaaaaaaa', 'o', '[]')
    await vi.waitFor(() => expect(named(watcher, 'map:reset')).toEqual([['map:reset', ['p', 1, 9]]]), 5_000)
    expect(map.mirror.states[5]).toBe(4)
    expect(deltas(watcher).filter((delta) => Array.isArray(delta) && delta[2] !== delta[3])).toEqual([])
    expect(map.watch(new FakeWatcher('back'), 'bob', { epoch: 1, revision: 3 }).deltas).toBeUndefined()
  })

  test('[R5] an epoch that another worker begins is followed; a hold that is not in it is lost', async () => {
    const { map, watcher } = await opened()
    await commands.hold(map.target, { buyer: 'ann', seats: [3] })
    await vi.waitFor(() => expect(map.mirror.holdOf('ann')).toBeDefined())
    await redis.del('{p0}:p:holds', '{p0}:p:meta')
    row = { ...row, epoch: 2 }
    const facts = { status: 'on_sale', opensAtMs: 0, holdMs: 60_000, maxSeatsPerBuyer: 8 } as const
    await commands.loadMap({ ...map.target, epoch: 2 }, { facts, seatCount: SEATS, blockedSeats: [7], holds: [] })
    await vi.waitFor(() => expect(named(watcher, 'map:reset')).toHaveLength(1), 5_000)
    expect(map.mirror.states[7]).toBe(4)
    expect(holdChanges.at(-1)).toMatchObject(['ann', { seats: [], reason: 'lost', epoch: 2 }])
  })

  test('[F8] a Redis that does not answer: within 2 s every watcher hears that the copy is stale, and when it is not', async () => {
    const { map, watcher } = await opened()
    const isLive = () => (named(watcher, 'map:status').at(-1)?.[1] as { live?: boolean } | undefined)?.live
    await vi.waitFor(() => expect(isLive()).toBe(true))
    server.process.kill('SIGSTOP')
    const stoppedMs = performance.now()
    await vi.waitFor(() => expect(isLive()).toBe(false), 4_000)
    expect(performance.now() - stoppedMs).toBeLessThan(2_100)
    server.process.kill('SIGCONT')
    await vi.waitFor(() => expect(isLive()).toBe(true), 6_000)
    await untilReady(redis, 5_000)
    await commands.hold(map.target, { buyer: 'ann', seats: [3] })
    await vi.waitFor(() => expect(map.mirror.states[3]).toBe(1), 3_000)
  })
})

describe('time', () => {
  test('[F9] at its opening time a sale is open, and watchers are told, with no entry in the log', async () => {
    row = { ...row, status: 'scheduled', onSaleAt: new Date(Date.now() + 1_500) }
    const { map, watcher, reply } = await opened()
    expect(reply.status).toBe('scheduled')
    expect(reply.opensInMs).toBeGreaterThan(0)
    await vi.waitFor(() => expect(named(watcher, 'sale:changed')).toHaveLength(1), 4_000)
    expect(named(watcher, 'sale:changed')[0]?.[1]).toEqual({ performanceId: 'p', status: 'on_sale', opensInMs: 0 })
    expect(map.saleStatus).toBe('on_sale')
    expect(map.mirror.position.revision).toBe(1)
  })

  test('a deadline that nobody acts on is overdue after half a second', async () => {
    row = { ...row, holdSeconds: 2 }
    const { map } = await opened()
    await commands.hold(map.target, { buyer: 'ann', seats: [3] })
    await delay(2_100)
    expect(maps.overdue()).toEqual([])
    await vi.waitFor(() => expect(maps.overdue()).toEqual([map]), 2_000)
    await commands.expireDue(map.target)
    await vi.waitFor(() => expect(maps.overdue()).toEqual([]))
    expect(holdChanges.at(-1)?.[1]).toMatchObject({ seats: [], reason: 'expired' })
  })

  test.for(['deadlines', 'holds', 'owners', 'buyers'] as const)(
    '[R5] where %s are gone, a hold that nobody can end begins the next epoch; its owner is told',
    async (part) => {
      row = { ...row, holdSeconds: 2 }
      const { map } = await opened()
      await commands.hold(map.target, { buyer: 'ann', seats: [3] })
      await vi.waitFor(() => expect(map.mirror.states[3]).toBe(1), 2_000)
      await redis.del(mapKeys(row)[part])
      map.receiveTrouble('stuck hold')
      await vi.waitFor(() => expect(map.mirror.position.epoch).toBe(2), 2_000)
      expect((await commands.readMap(row))?.holds).toMatchObject([{ buyer: 'ann', seats: [3] }])
      await delay(2_000)
      await commands.expireDue(map.target)
      await vi.waitFor(() => expect(map.mirror.states[3]).toBe(0), 2_000)
      expect(holdChanges.at(-1)?.[1]).toMatchObject({ seats: [], reason: 'expired' })
    },
  )

  test('a map that nobody watches is let go, one with watchers stays', async () => {
    const { map } = await opened()
    await delay(900)
    expect(maps.peek(row.id)).toBe(map)
    maps.forget('w')
    await vi.waitFor(() => expect(maps.peek(row.id)).toBeUndefined(), 3_000)
  })
})
