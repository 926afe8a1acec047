import { type RawBuilder, sql } from 'kysely'
import { PLANTED_BUGS, type PlantedBug } from '../config.ts'
import { connectDatabase, type Db } from '../database/client.ts'

interface Guard {
  readonly name: string
  /** undefined: an index. */
  readonly triggerOf?: 'orders' | 'groups'
}

/** What makes the bug impossible in PostgreSQL, whatever the code does. */
const GUARDS: Record<PlantedBug, readonly Guard[]> = {
  'hold-without-owner-check': [],
  'lost-frames': [],
  'early-expiry': [],
  'double-sale': [{ name: 'one_live_order_per_seat' }],
  'skipped-revision': [],
  'group-half-sold': [
    { name: 'orders_follow_their_group', triggerOf: 'orders' },
    { name: 'a_group_is_sold_whole', triggerOf: 'groups' },
  ],
}

/** Takes from the database what would stop the planted bug. Any process may do it again. */
export async function plantInDatabase(bug: PlantedBug | '', databaseUrl: string): Promise<void> {
  if (bug === '' || GUARDS[bug].length === 0) return
  const { db, close } = connectDatabase({ databaseUrl, poolSize: 1 })
  try {
    for (const guard of GUARDS[bug]) await dropped(guard).execute(db)
  } finally {
    await close()
  }
}

function dropped({ name, triggerOf }: Guard): RawBuilder<unknown> {
  return triggerOf === undefined
    ? sql`drop index if exists ${sql.id(name)}`
    : sql`drop trigger if exists ${sql.id(name)} on ${sql.table(triggerOf)}`
}

/** Guards that a planted bug took from this database: it is not to be used for anything else. */
export async function takenGuards(db: Db): Promise<string[]> {
  const names = PLANTED_BUGS.flatMap((bug) => GUARDS[bug].map(({ name }) => name))
  const { rows } = await sql<{ name: string }>`
    select name from unnest(${names}::text[]) as name
    where to_regclass(name) is null and not exists (select from pg_trigger where tgname = name)`.execute(db)
  return rows.map(({ name }) => name)
}
