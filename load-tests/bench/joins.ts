import { setTimeout as sleep } from 'node:timers/promises'
import type { Layout } from '@seatcast/shared/domain/layout.ts'
import { connectDatabase } from '../../server/src/database/client.ts'
import { connectRedis, untilReady } from '../../server/src/redis/client.ts'
import type { Result } from './generator.ts'
import { RawSocket } from './raw-socket.ts'
import type { System } from '../system/system.ts'

/** How long the background's commands are counted before the joins, s. */
const QUIET_SECONDS = 5

/** What joins cost: latency, and how many Redis commands and SQL transactions more than in the same time without them. */
export async function measureJoins(system: System, join: () => Promise<Result>): Promise<Record<string, number>> {
  const redis = connectRedis(system.redisUrl, 'commands', () => undefined)
  await untilReady(redis, 5_000)
  const postgres = connectDatabase({
    databaseUrl: system.databaseUrl,
    applicationName: 'bench',
    onIdleError: () => undefined,
  })
  const counters = async (): Promise<{ commands: number; transactions: number }> => {
    const info = await redis.info('stats')
    const { rows } = await postgres.pool.query<{ n: string }>(
      'select sum(xact_commit)::text as n from pg_stat_database',
    )
    return { commands: Number(/total_commands_processed:(\d+)/.exec(info)?.[1]), transactions: Number(rows[0]?.n) }
  }
  const quietFrom = await counters()
  await sleep(QUIET_SECONDS * 1_000)
  const quietTo = await counters()
  const start = performance.now()
  const result = await join()
  const seconds = (performance.now() - start) / 1_000
  const after = await counters()
  await postgres.close()
  redis.disconnect()
  const extra = (name: 'commands' | 'transactions'): number =>
    Math.round(
      ((after[name] - quietTo[name] - ((quietTo[name] - quietFrom[name]) / QUIET_SECONDS) * seconds) / result.done) *
        1_000,
    ) / 1_000
  return {
    'p50 ms': result.latency?.p50Ms ?? 0,
    'p99 ms': result.latency?.p99Ms ?? 0,
    joins: result.done,
    'per s': result.perSecond,
    'Redis commands a join': extra('commands'),
    'SQL transactions a join': extra('transactions'),
  }
}

/** The live state of a whole map on the wire, empty and half sold in clumps as sales go. */
export async function measureSnapshot(
  system: System,
  layout: Layout,
): Promise<{ state: string; figures: Record<string, number> }[]> {
  const performanceId = await system.openSale(layout, 600)
  const measured = [{ state: 'empty', figures: await snapshotFigures(system, performanceId) }]
  const seatCount = layout.seats.x.length
  await holdParties(system, performanceId, seatCount)
  measured.push({
    state: 'a third held by parties of 1 to 6 at random',
    figures: await snapshotFigures(system, performanceId),
  })
  return measured
}

async function snapshotFigures(system: System, performanceId: string): Promise<Record<string, number>> {
  await sleep(500)
  const url = `${system.origin}/api/performances/${performanceId}/snapshot`
  const packed = await fetch(url, { headers: { 'accept-encoding': 'gzip' } })
  const plain = await packed.text()
  const packedBytes = Number(packed.headers.get('content-length'))
  const runs = 200
  const start = performance.now()
  for (let run = 0; run < runs; run += 1)
    await (await fetch(url, { headers: { 'accept-encoding': 'gzip' } })).arrayBuffer()
  return {
    'bytes on the wire': packedBytes,
    'bytes of JSON': plain.length,
    'ms each, one after the other': Math.round(((performance.now() - start) / runs) * 100) / 100,
  }
}

/** Buyers who each hold a party's neighbouring seats, until a third of the hall is held. */
async function holdParties(system: System, performanceId: string, seatCount: number): Promise<void> {
  let held = 0
  const buyer = async (): Promise<void> => {
    while (held < seatCount / 3) {
      const { token } = (await (await fetch(`${system.origin}/api/guests`, { method: 'POST' })).json()) as {
        token: string
      }
      const socket = new RawSocket(system.origin, 'socket.io', token)
      await socket.ready
      for (let seats = 0; seats < 18;) {
        const count = 1 + Math.floor(Math.random() * 3) * Math.ceil(Math.random() * 2)
        const first = Math.floor(Math.random() * (seatCount - 6))
        const wanted = Array.from({ length: Math.min(count, 20 - seats) }, (_, index) => first + index)
        const answer = await socket.ask('seats:hold', { performanceId, seats: wanted })
        if (answer.ok !== true) continue
        seats += wanted.length
        held += wanted.length
      }
      socket.close()
    }
  }
  await Promise.all(Array.from({ length: 32 }, buyer))
}
