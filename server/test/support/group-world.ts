import { randomUUID } from 'node:crypto'
import type { AckNamed, CommandEvent, RequestNamed } from '@seatcast/shared/protocol/events.ts'
import type { GroupChanged, GroupView } from '@seatcast/shared/protocol/group.ts'
import { attemptCounter } from '../../src/accounts/attempt-limit.ts'
import type { Limits } from '../../src/config.ts'
import { codeAttempts } from '../../src/groups/code-attempts.ts'
import { groupNews } from '../../src/groups/group-news.ts'
import type { GroupMap } from '../../src/groups/group-parts.ts'
import { groupHandlers } from '../../src/groups/group-socket.ts'
import { groupViews } from '../../src/groups/group-view.ts'
import { invitations } from '../../src/groups/invitations.ts'
import { groupMoney } from '../../src/groups/payment/group-money.ts'
import { GroupPresence } from '../../src/groups/presence.ts'
import { auditGroupSeats } from '../../src/audit/audit-group-seats.ts'
import { readMapDump } from '../../src/audit/map-dump.ts'
import { connectRedis, untilReady } from '../../src/redis/client.ts'
import { createGroupCommands, type GroupCommands } from '../../src/seats/group-commands.ts'
import type { Caller } from '../../src/socket/command-handler.ts'
import { orderWorld } from './order-world.ts'
import { testDatabase } from './postgres.ts'
import type { TestSale } from './test-sale.ts'

const SECRET = 'a secret of group tests 0123456789 0123456789'
const LIMITS = {
  holdsPerSecondPerBuyer: 1_000_000,
  heldSeatsPerAddress: 1_000_000,
  squattingBudget: false,
  wrongCodesPerBuyer: 5,
  wrongCodesPerAddress: 8,
}

type GroupEvent = Extract<CommandEvent, `group:${string}`>

/** Somebody with a socket, as far as commands of groups see one. */
export interface Person {
  readonly userId: string
  /** Asks as a socket does, the check of its shape included. */
  ask<E extends GroupEvent>(event: E, request: RequestNamed<E>): Promise<AckNamed<E>>
  /** The group in the answer to a command that must work. */
  does<E extends GroupEvent>(event: E, request: RequestNamed<E>): Promise<GroupView>
  disconnect(): void
}

/** The commands of groups on a real PostgreSQL and Redis, in one process. */
export async function groupWorld(redisUrl: string) {
  const database = await testDatabase()
  const redis = connectRedis(redisUrl, 'commands', () => undefined)
  await untilReady(redis, 5_000)
  const world = orderWorld(database.url, redis)
  const { commands } = world
  let statements = 0
  const db = world.db.withPlugin({
    transformQuery({ node }) {
      statements += 1
      return node
    },
    transformResult: ({ result }) => Promise.resolve(result),
  })
  const scripts = createGroupCommands(redis)
  /** What Redis is asked, with a fault put in where a test wants one; `meanwhile`: once, before a block is taken. */
  const faults: { before?: Error; after?: Error; meanwhile?: () => Promise<unknown> } = {}
  const groups: GroupCommands = {
    ...scripts,
    async holdBlock(...asking) {
      if (faults.before !== undefined) throw faults.before
      const { meanwhile } = faults
      delete faults.meanwhile
      await meanwhile?.()
      const answer = await scripts.holdBlock(...asking)
      if (faults.after !== undefined) throw faults.after
      return answer
    },
  }
  const maps = new Map<string, GroupMap>()
  const pushed: { readonly rooms: readonly string[]; readonly change: GroupChanged }[] = []
  const news = groupNews(db, {
    to: ((rooms: string | string[]) => ({
      emit: (_: string, change: GroupChanged) => pushed.push({ rooms: [rooms].flat(), change }),
    })) as never,
  })

  /** As new as this moment: what a worker's mirror is within milliseconds. */
  const open = async (performanceId: string) => {
    const map = maps.get(performanceId)
    const read = map && (await commands.readMap(map.target))
    if (map === undefined || read === undefined) return { ok: false, code: 'NOT_FOUND' } as const
    return {
      ...map,
      mirror: {
        states: read.seats,
        position: { epoch: read.epoch, revision: read.revision },
        holdOf: (buyer: string) => read.holds.find((hold) => hold.buyer === buyer),
      },
    }
  }
  const codes = invitations(SECRET)
  const views = groupViews({ db, groups, open, money: groupMoney, invitations: codes, tell: news.tell })
  const presence = new GroupPresence(db, news.tell)
  const attempts = codeAttempts(attemptCounter(db, SECRET), LIMITS)
  const context = { db, groups, open, invitations: codes, news, attempts, limits: LIMITS as Limits }
  const handlersOf = (admissionRequired: boolean) =>
    new Map(
      groupHandlers({ context: { ...context, admissionRequired }, views, presence }).map((one) => [one.event, one]),
    )
  const handlers = { open: handlersOf(false), guarded: handlersOf(true) }

  const person = (facts: { userId?: string; address?: string; admission?: string | null } = {}): Person => {
    const { userId = randomUUID(), address = randomUUID(), admission = null } = facts
    const left: (() => void)[] = []
    const caller = {
      id: randomUUID(),
      data: { userId, addressHash: address, admission, expiresAtMs: Infinity },
      connected: true,
      once: (_: string, listener: () => void) => left.push(listener),
    } as unknown as Caller
    const ask: Person['ask'] = async (event, request) => {
      const handler = (facts.admission === undefined ? handlers.open : handlers.guarded).get(event)
      if (handler === undefined) throw new Error(`nobody handles ${event}`)
      return (handler.check(request) ?? (await handler.run(caller, request))) as AckNamed<typeof event>
    }
    return {
      userId,
      ask,
      async does(event, request) {
        const answer = (await ask(event, request)) as { ok: boolean; group?: GroupView | null }
        if (!answer.ok || answer.group == null) throw new Error(`${event} answered ${JSON.stringify(answer)}`)
        return answer.group
      },
      disconnect: () => left.forEach((listener) => listener()),
    }
  }

  return {
    db,
    /** How many statements the work takes. */
    async statementsOf(work: () => Promise<unknown>): Promise<number> {
      const before = statements
      await work()
      return statements - before
    },
    redis,
    groups: scripts,
    commands,
    orders: world.orders,
    presence,
    news,
    pushed,
    faults,
    person,
    views,
    /** A performance with straight rows, on sale unless told otherwise; its map. */
    async sale(sale: TestSale = {}): Promise<GroupMap> {
      const map = await world.open({ rows: 4, seatsPerRow: 10, ...sale })
      const mirror = { states: new Uint8Array(), position: { epoch: 0, revision: 0 }, holdOf: () => undefined }
      maps.set(map.performance.id, { ...map, mirror })
      return { ...map, mirror }
    },
    /** A group of that many people, the host first, and how one joins it. */
    async group(map: GroupMap, names: readonly string[], wish: object = {}) {
      const performanceId = map.performance.id
      const host = person()
      const size = Math.max(2, names.length)
      const facts = { performanceId, size, rule: 'each_pays', name: names[0] ?? 'Host', ...wish } as const
      const formed = await host.does('group:create', facts)
      const people = [host]
      const code = formed.invitation?.code ?? ''
      for (const name of names.slice(1)) {
        const friend = person()
        await friend.does('group:join', { code, name })
        people.push(friend)
      }
      return { groupId: formed.groupId, performanceId, code, people }
    },
    /** Everything that must hold of the performance's map and orders (design, section 8). */
    async violations(map: GroupMap) {
      const found = await world.violations({ ...map, saleStatus: 'on_sale' })
      const dump = await readMapDump(redis, map.target)
      const seats = dump && (await auditGroupSeats(world.db, dump, map.performance.id))
      return [...found, ...(seats?.examples ?? []).map((example) => `group_seats: ${example}`)]
    },
    async close() {
      await world.close()
      redis.disconnect()
      await database.drop()
    },
  }
}
