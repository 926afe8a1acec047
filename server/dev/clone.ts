import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { canEnter, databaseAccount, reachableDirectory } from './database-account.ts'

/** The clone's top-level folder. */
export const CLONE = join(import.meta.dirname, '..', '..')
/** The git-ignored folder of everything that running the clone makes; tests take one of their own. */
export const SEATCAST = process.env['SEATCAST_DIRECTORY'] ?? join(CLONE, '.seatcast')
export const LOGS = join(SEATCAST, 'logs')

export interface DataDirectory {
  readonly path: string
  /** PostgreSQL's account cannot enter the clone, so the data is kept outside it. */
  readonly moved: boolean
}

/** Where PostgreSQL, Redis and the secrets that go with their data live. */
export function dataDirectory(): DataDirectory {
  const wanted = join(SEATCAST, 'data')
  mkdirSync(LOGS, { recursive: true })
  mkdirSync(wanted, { recursive: true })
  if (canEnter(databaseAccount(), wanted)) return { path: wanted, moved: false }
  const moved = join(reachableDirectory(SEATCAST), 'data')
  mkdirSync(moved, { recursive: true })
  return { path: moved, moved: true }
}
