import { sql } from 'kysely'
import type { PlantedBug } from '../config.ts'
import { connectDatabase } from '../database/client.ts'

/** Takes from the database what would stop the planted bug. Any process may do it again. */
export async function plantInDatabase(bug: PlantedBug | '', databaseUrl: string): Promise<void> {
  if (bug !== 'double-sale') return
  const { db, close } = connectDatabase({ databaseUrl, poolSize: 1 })
  try {
    await sql`drop index if exists one_live_order_per_seat`.execute(db)
  } finally {
    await close()
  }
}
