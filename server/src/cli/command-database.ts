import { readFile } from 'node:fs/promises'
import type { CliSettings } from '../config.ts'
import type { Db } from '../database/client.ts'
import { CommandError } from './command-error.ts'

/** Runs a command's work on the database of DATABASE_URL, or of the demo that `npm start` runs. */
export async function withDatabase<T>(settings: CliSettings, work: (db: Db) => Promise<T>): Promise<T> {
  const databaseUrl = await databaseUrlOf(settings)
  // Loaded here: every other command starts faster without them.
  const { connectDatabase } = await import('../database/client.ts')
  const { isStoreUnavailable } = await import('../database/unavailable.ts')
  const database = connectDatabase({ databaseUrl, poolSize: 1 })
  try {
    return await work(database.db)
  } catch (error) {
    if (error instanceof Error && isStoreUnavailable(error)) throw new CommandError([`PostgreSQL: ${error.message}`])
    throw error
  } finally {
    await database.close()
  }
}

async function databaseUrlOf({ databaseUrl, databaseUrlFile }: CliSettings): Promise<string> {
  if (databaseUrl !== undefined && databaseUrl !== '') return databaseUrl
  try {
    return (await readFile(databaseUrlFile, 'utf8')).trim()
  } catch (error) {
    throw new CommandError([
      `no database: set DATABASE_URL, or run from the folder whose npm start wrote ${databaseUrlFile}`,
      ...(error instanceof Error ? [`  ${error.message}`] : []),
    ])
  }
}
