import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SEATCAST } from './clone.ts'

/** Writes where the demo's database is to `.seatcast/database-url`, for commands that need it (`role grant`). */
export function writeDatabaseUrl(databaseUrl: string): void {
  const file = join(SEATCAST, 'database-url')
  writeFileSync(file, databaseUrl, { mode: 0o600 })
  chmodSync(file, 0o600) // the mode above counts only for a new file
}
