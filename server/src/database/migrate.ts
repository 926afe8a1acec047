import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration'
import type { Db } from './client.ts'

/** The top-level folder of SQL files, applied in the order of their names. */
export const MIGRATIONS_DIRECTORY = join(import.meta.dirname, '../../../migrations')

/**
 * Applies what has not been applied yet, forward only; Kysely's migrator takes an advisory lock, so several
 * processes may start at once. Returns the names of the migrations that this call applied.
 */
export async function migrate(db: Db, directory = MIGRATIONS_DIRECTORY): Promise<string[]> {
  const migrator = new Migrator({ db, provider: sqlFiles(directory) })
  const { error, results } = await migrator.migrateToLatest()
  if (error !== undefined) {
    const failed = results?.find((result) => result.status === 'Error')?.migrationName
    throw new Error(failed === undefined ? 'migrations did not run' : `migration ${failed} failed`, { cause: error })
  }
  return (results ?? []).map((result) => result.migrationName)
}

function sqlFiles(directory: string): MigrationProvider {
  return {
    async getMigrations() {
      const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).toSorted()
      const migrations: Record<string, Migration> = {}
      for (const name of names) {
        const text = await readFile(join(directory, name), 'utf8')
        migrations[name.slice(0, -'.sql'.length)] = { up: async (db) => void (await sql.raw(text).execute(db)) }
      }
      return migrations
    },
  }
}
