import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import type { LiveCatalogue } from '../../src/catalogue/live-catalogue.ts'
import { readConfig } from '../../src/config.ts'
import { connectDatabase, type Db } from '../../src/database/client.ts'
import type { App } from '../../src/http/app-instance.ts'
import { type AppOptions, buildApp } from '../../src/http/app.ts'
import { accessTokens } from '../../src/http/authentication.ts'
import { testDatabase } from './postgres.ts'

export interface TestApp {
  readonly app: App
  readonly db: Db
  readonly databaseUrl: string
  readonly live: LiveDouble
  /** Authorization headers. */
  readonly organiser: { readonly authorization: string }
  readonly guest: { readonly authorization: string }
  /** Faults that the app logged as such. */
  readonly faults: string[]
  close(): Promise<void>
}

export interface TestAppOptions extends Partial<Omit<AppOptions, 'config'>> {
  readonly env?: Readonly<Record<string, string>>
}

/** The HTTP app on a database of its own, with a live side in memory. */
export async function testApp(options: TestAppOptions = {}): Promise<TestApp> {
  const database = await testDatabase()
  const { db, close } = connectDatabase({ databaseUrl: database.url, poolSize: 5 })
  const env = { DATABASE_URL: database.url, REDIS_URL: 'redis://127.0.0.1:1', LOG_LEVEL: 'error', ...options.env }
  const config = readConfig(env)
  const faults: string[] = []
  const logger = pino({ level: 'error' }, { write: (line: string) => void faults.push(line) })
  const live = liveDouble()
  const app = await buildApp({
    config,
    db,
    logger,
    live,
    readiness: () => Promise.resolve({ ready: true, reasons: [] }),
    metrics: () => Promise.resolve('# metrics\n'),
    ...options,
  })
  const tokens = accessTokens(config.tokenSecret)
  const bearer = async (role: 'guest' | 'organiser') => ({
    authorization: `Bearer ${await tokens.issueToken({ userId: randomUUID(), role, seconds: 600 })}`,
  })
  return {
    app,
    db,
    databaseUrl: database.url,
    live,
    organiser: await bearer('organiser'),
    guest: await bearer('guest'),
    faults,
    async close() {
      await app.close()
      await close()
      await database.drop()
    },
  }
}

/** Counts what the app asks of the live side, and refuses or breaks when told to. */
export interface LiveDouble extends LiveCatalogue {
  readonly sales: { readonly id: string; readonly status: string; readonly onSaleAt: Date | null }[]
  readonly blocked: Map<string, Set<number>>
  /** Seats that somebody has, by performance. */
  readonly taken: Map<string, Set<number>>
  fault: Error | undefined
  /** Performances that were repaired after a fault. */
  readonly repaired: string[]
}

function liveDouble(): LiveDouble {
  const revisions = new Map<string, number>()
  const next = (id: string) => {
    revisions.set(id, (revisions.get(id) ?? 1) + 1)
    return { epoch: 1, revision: revisions.get(id) ?? 1 }
  }
  const of = (sets: Map<string, Set<number>>, id: string) => {
    const set = sets.get(id) ?? new Set<number>()
    sets.set(id, set)
    return set
  }
  const live: LiveDouble = {
    sales: [],
    blocked: new Map(),
    taken: new Map(),
    fault: undefined,
    repaired: [],
    availableCount: ({ id, seatCount }) =>
      Promise.resolve(seatCount - of(live.blocked, id).size - of(live.taken, id).size),
    async change({ id, seatCount }, { block, unblock, sale }) {
      if (live.fault !== undefined) throw live.fault
      const seats = block.filter((seat) => of(live.taken, id).has(seat))
      if (seats.length > 0) return { ok: false, code: 'SEAT_TAKEN', seats }
      for (const seat of block) of(live.blocked, id).add(seat)
      for (const seat of unblock) of(live.blocked, id).delete(seat)
      if (sale !== undefined) live.sales.push({ id, ...sale })
      const availableCount = seatCount - of(live.blocked, id).size - of(live.taken, id).size
      return await Promise.resolve({ ok: true, ...next(id), availableCount })
    },
    repair: ({ id }) => Promise.resolve(live.repaired.push(id)),
  }
  return live
}
