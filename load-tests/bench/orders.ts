import { randomUUID } from 'node:crypto'
import { dirname, join } from 'node:path'
import { connectDatabase, type DatabaseClient } from '../../server/src/database/client.ts'
import { openWallet } from '../../server/src/payments/ledger.ts'
import { generateHall } from '../../server/src/venues/generated-hall.ts'
import {
  clientUser,
  hasPgbench,
  orderScript,
  type ParameterTypes,
  type Protocol,
  type RecordedOrder,
  runPgbench,
} from './pgbench.ts'
import { RawHttp } from './raw-http.ts'
import { RawSocket } from './raw-socket.ts'
import { logStatements, withParameters } from './statement-log.ts'
import { familyCpuSeconds } from '../system/process-facts.ts'
import { startSystem, type System } from '../system/system.ts'

/** Buyers at work at any moment. */
const LANES = 64
const WORKERS = 2
/** Connections to PostgreSQL: what the workers' pools may open. Source: server/src/database/client.ts. */
const CONNECTIONS = WORKERS * 10
const SEATS_PER_ORDER = 2
/** Then somebody new comes. Source: openSale's maxSeatsPerBuyer, 20. */
const ORDERS_PER_BUYER = 10
/** Of the sale's seats: 20 x 50,000. */
const WALLET = 1_000_000

export interface OrdersRow {
  readonly what: string
  readonly system: string
  readonly figures: Readonly<Record<string, string | number>>
}

/**
 * Orders a second, from the hold's click to the answer, every commit on the disk; beside what PostgreSQL alone can do. On
 * one machine buyers, node and Redis share its cores with PostgreSQL, which pgbench has to itself: the share is a lower bound.
 */
export async function measureOrders(seconds: number): Promise<OrdersRow[]> {
  const system = await startSystem(WORKERS, {
    durability: 'disk',
    env: {
      WALLET_DEMO_BALANCE: String(WALLET),
      WALLET_CURRENCY: 'KRW',
      DATABASE_PATIENCE_MS: '30000', // the machine may be busy with something else
    },
  })
  const database = connectDatabase({ databaseUrl: system.databaseUrl, applicationName: 'bench', poolSize: 2 })
  try {
    const measured: { what: string; pays: boolean; sold: Sold }[] = []
    for (const pays of [false, true]) {
      await sell(system, { pays, seconds: 1 })
      measured.push({
        what: pays ? 'hold, order and payment' : 'hold and order',
        pays,
        sold: await sell(system, { pays, seconds }),
      })
    }
    const recorded = [await recordOrder(system, database, false), await recordOrder(system, database, true)]
    await system.stopRoles() // nobody delivers what pgbench makes, and it has the machine to itself
    const rows: OrdersRow[] = []
    for (const [place, { what: done, sold }] of measured.entries()) {
      const what = `${done}, ${LANES} buyers, commits on disk`
      const { perSecond, p50Ms, p99Ms, cpuMs, cpuMsByPart, workersMb } = sold
      rows.push({
        what,
        system: 'Seatcast',
        figures: {
          done: sold.done,
          'per s': perSecond,
          'p50 ms': p50Ms,
          'p99 ms': p99Ms,
          'CPU ms each': cpuMs,
          'of which': cpuMsByPart,
          "workers' MB": workersMb,
        },
      })
      const order = recorded[place]
      if (order === undefined) continue
      for (const protocol of ['simple', 'prepared'] as const)
        rows.push(await besidePgbench(system, database, { what, order, protocol, seconds, sold }))
    }
    return rows
  } finally {
    await database.close()
    await system.stop()
  }
}

async function besidePgbench(
  system: System,
  database: DatabaseClient,
  run: { what: string; order: RecordedOrder; protocol: Protocol; seconds: number; sold: Sold },
): Promise<OrdersRow> {
  const { what, order, protocol, seconds, sold } = run
  const name = `pgbench, ${CONNECTIONS} connections, ${protocol} statements`
  if (!hasPgbench()) return { what, system: name, figures: { result: 'pgbench is not installed' } }
  for (let client = 0; client < CONNECTIONS; client += 1)
    await database.db
      .transaction()
      .execute((trx) => openWallet(trx, { userId: clientUser(client), currency: 'KRW', demoBalance: 2_000_000_000 }))
  const cpuSince = cpuClock(system)
  const ran = await runPgbench(await orderScript(order, protocol, parameterTypes(database)), {
    databaseUrl: system.databaseUrl,
    file: join(dirname(dirname(system.databaseLog)), 'order.sql'),
    clients: CONNECTIONS,
    seconds,
    protocol,
  })
  if ('said' in ran) throw new Error(`pgbench could not replay an order: ${ran.said.slice(0, 2_000)}`)
  const cpuMs = round((sum(Object.values(cpuSince())) * 1_000) / ran.done, 2)
  return {
    what,
    system: name,
    figures: {
      'per s': Math.round(ran.perSecond),
      failed: ran.failed,
      statements: order.transactions.flat().length,
      'CPU ms each': cpuMs,
      'Seatcast to pgbench %': Math.round((sold.perSecond / ran.perSecond) * 100),
      'by CPU %': Math.round((cpuMs / sold.cpuMs) * 100),
    },
  }
}

/** As PostgreSQL understands them. */
function parameterTypes({ pool }: DatabaseClient): ParameterTypes {
  return async (text) => {
    const client = await pool.connect()
    try {
      await client.query(`prepare asked as ${text}`)
      const { rows } = await client.query<{ types: string[] }>(
        "select parameter_types::text[] as types from pg_prepared_statements where name = 'asked'",
      )
      await client.query('deallocate asked')
      return rows[0]?.types ?? []
    } finally {
      client.release()
    }
  }
}

/** What the routes send for an order of a buyer who has bought before. The outbox, delivered in batches, is not in it: pgbench has less to do. */
async function recordOrder(system: System, database: DatabaseClient, pays: boolean): Promise<RecordedOrder> {
  const performanceId = await system.openSale(generateHall(1_000), 120)
  const http = new RawHttp(system.origin)
  const buyer = await newBuyer(system, http, performanceId)
  await buyer.order([0, 1], pays)
  const seats = [2, 3]
  const all = await logStatements(database, system.databaseLog, async () => {
    await buyer.order(seats, pays)
  })
  buyer.close()
  http.close()
  const { userId } = buyer
  const { db } = database
  const layouts = await db.selectFrom('layouts').select(['id', 'venue_id']).execute()
  const orderId = await db
    .selectFrom('orders')
    .select('id')
    .where('user_id', '=', userId)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  const transactions = all.filter((statements) => {
    const text = statements.map((statement) => withParameters(statement, (literal) => literal)).join('\n')
    return (text.includes(userId) || text.includes(orderId.id)) && !/(from|join) "?outbox"?/.test(text)
  })
  const fixed = new Set([performanceId, ...layouts.flatMap(({ id, venue_id }) => [id, venue_id])])
  return { transactions, userId, seats, fixed }
}

interface Sold {
  readonly done: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** CPU time that each order cost all processes, ms: says more than orders a second when others use the machine. */
  readonly cpuMs: number
  /** The same by part: `node 1.2, postgres 0.9, ...`. */
  readonly cpuMsByPart: string
  /** Resident memory of the workers at the end. */
  readonly workersMb: number
}

/** Lanes of buyers who hold, order and pay, one after the other, for some seconds. */
async function sell(system: System, { pays, seconds }: { pays: boolean; seconds: number }): Promise<Sold> {
  const hall = generateHall(12_000)
  const performanceId = await system.openSale(hall, 120)
  const seatCount = hall.seats.x.length
  const times: number[] = []
  let nextSeat = 0
  const cpuSince = cpuClock(system)
  const startedMs = performance.now()
  const endsMs = startedMs + seconds * 1_000
  const lane = async (): Promise<void> => {
    const http = new RawHttp(system.origin)
    while (performance.now() < endsMs && nextSeat + SEATS_PER_ORDER <= seatCount) {
      const buyer = await newBuyer(system, http, performanceId)
      for (let count = 0; count < ORDERS_PER_BUYER && performance.now() < endsMs; count += 1) {
        const first = nextSeat
        nextSeat += SEATS_PER_ORDER
        if (nextSeat > seatCount) break
        const orderStartedMs = performance.now()
        await buyer.order([first, first + 1], pays)
        times.push(performance.now() - orderStartedMs)
      }
      buyer.close()
    }
    http.close()
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  const elapsed = (performance.now() - startedMs) / 1_000
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => round(sorted[Math.floor(sorted.length * share)] ?? 0, 1)
  const cpu = cpuSince()
  const cpuMsOf = (part: string) => round(((cpu[part] ?? 0) * 1_000) / times.length, 2)
  return {
    done: times.length,
    perSecond: Math.round(times.length / elapsed),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    cpuMs: round(sum(Object.keys(cpu).map(cpuMsOf)), 2),
    cpuMsByPart: Object.keys(cpu)
      .map((part) => `${part} ${cpuMsOf(part)}`)
      .join(', '),
    workersMb: Math.round(system.workerMemory() / 2 ** 20),
  }
}

/** CPU time from now on, by part of the system and of the benchmark itself, s. */
function cpuClock(system: System): () => Record<string, number> {
  const now = (): [string, number][] => {
    const parts = Object.entries({ ...system.processes(), bench: [process.pid] })
    return parts.map(([part, pids]) => [part, familyCpuSeconds(pids)])
  }
  const before = Object.fromEntries(now())
  return () => Object.fromEntries(now().map(([part, seconds]) => [part, seconds - (before[part] ?? 0)]))
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
const round = (value: number, places: number): number => Number(value.toFixed(places))

interface BenchBuyer {
  readonly userId: string
  /** Resolves when the last answer is there. */
  order(seats: readonly number[], pays: boolean): Promise<void>
  close(): void
}

async function newBuyer(system: System, http: RawHttp, performanceId: string): Promise<BenchBuyer> {
  const guest = (await post(http, '/api/guests')) as { userId: string; token: string }
  const socket = new RawSocket(system.origin, 'socket.io', guest.token)
  await socket.ready
  const ask = (path: string, body: object) => post(http, path, guest.token, body)
  return {
    userId: guest.userId,
    async order(seats, pays) {
      const held = await socket.ask('seats:hold', { performanceId, seats })
      if (held.ok !== true) throw new Error(`no hold of ${seats.join()}: ${held.code}`)
      const placed = (await ask(`/api/performances/${performanceId}/orders`, {})) as { order: { id: string } }
      if (!pays) return
      const paid = (await ask(`/api/orders/${placed.order.id}/payments`, { method: 'wallet' })) as {
        order: { status: string }
      }
      if (paid.order.status !== 'paid') throw new Error(`the order is ${paid.order.status}`)
    },
    close: () => socket.close(),
  }
}

/** With an Idempotency-Key, as the pages send it. */
async function post(http: RawHttp, path: string, token?: string, body?: object): Promise<unknown> {
  const headers = {
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(token !== undefined && { authorization: `Bearer ${token}`, 'idempotency-key': randomUUID() }),
  }
  const answer = await http.post(path, headers, body === undefined ? '' : JSON.stringify(body))
  if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${answer.body.slice(0, 300)}`)
  return JSON.parse(answer.body)
}
