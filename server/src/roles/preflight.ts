import { readdir } from 'node:fs/promises'
import { sql } from 'kysely'
import type { Config } from '../config.ts'
import { connectDatabase } from '../database/client.ts'
import { MIGRATIONS_DIRECTORY } from '../database/migrate.ts'
import { StartError } from '../lifecycle/service.ts'
import { takenGuards } from '../planted-bugs/planted-database.ts'
import { connectRedis, requireRedis7, UnsuitableRedisError, untilReady } from '../redis/client.ts'

/** How long a store may take to answer a start, ms. Source: a guess: a supervisor tries again anyway. */
const PATIENCE_MS = 5_000

/** Looks at both stores before anything starts. Rejects with one line saying what to do. */
export async function checkStores(config: Config): Promise<void> {
  await Promise.all([checkRedis(config.redisUrl), checkDatabase(config)])
}

async function checkRedis(url: string): Promise<void> {
  const redis = connectRedis(url, 'commands', () => {})
  try {
    await untilReady(redis, PATIENCE_MS)
    await requireRedis7(redis)
  } catch (fault) {
    if (fault instanceof UnsuitableRedisError) throw new StartError(fault.message, { cause: fault })
    throw new StartError(`Redis at ${placeOf(url)} does not answer: start it, or set REDIS_URL`, { cause: fault })
  } finally {
    redis.disconnect()
  }
}

async function checkDatabase({ databaseUrl: url, plantedBug }: Config): Promise<void> {
  const database = connectDatabase({ databaseUrl: url, poolSize: 1 })
  try {
    const applied = await appliedMigrations(database.db).catch((fault: unknown) => {
      throw new StartError(`PostgreSQL at ${placeOf(url)} cannot be used: start it, or set DATABASE_URL`, {
        cause: fault,
      })
    })
    const files = (await readdir(MIGRATIONS_DIRECTORY)).filter((name) => name.endsWith('.sql'))
    const missing = files.filter((name) => !applied.has(name.slice(0, -'.sql'.length)))
    if (missing.length > 0)
      throw new StartError(
        `the database at ${placeOf(url)} lacks ${missing.length} migration(s): run \`npm run seatcast -- migrate\``,
      )
    const taken = plantedBug === '' ? await takenGuards(database.db) : []
    if (taken.length > 0)
      throw new StartError(
        `the database at ${placeOf(url)} was used with a planted bug (it lacks ${taken.join(', ')}): use another one`,
      )
  } finally {
    await database.close()
  }
}

async function appliedMigrations(db: ReturnType<typeof connectDatabase>['db']): Promise<Set<string>> {
  const table = await sql<{ found: string | null }>`select to_regclass('kysely_migration') as found`.execute(db)
  if ((table.rows[0]?.found ?? null) === null) return new Set()
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
  return new Set(rows.map(({ name }) => name))
}

/** Host and port, without the credentials that a URL may carry. */
function placeOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host || 'the default place' : 'an address that is no URL'
}
