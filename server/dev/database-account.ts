import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** Who PostgreSQL runs as. It refuses to run as root. */
export interface DatabaseAccount {
  readonly uid: number
  readonly gid: number
}

/** The account for PostgreSQL: `postgres`, else `nobody`, when we are root; null when we are somebody already. */
export function databaseAccount(): DatabaseAccount | null {
  if (process.getuid?.() !== 0) return null
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  for (const name of ['postgres', 'nobody']) {
    const fields = accounts.find((candidate) => candidate[0] === name)
    if (fields !== undefined) return { uid: Number(fields[2]), gid: Number(fields[3]) }
  }
  throw new Error('PostgreSQL refuses to run as root and there is no account postgres or nobody: start as another user')
}

/** Whether the account may reach what is inside the directory. */
export function canEnter(account: DatabaseAccount | null, directory: string): boolean {
  if (account === null) return true
  return (
    spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', directory], { ...account, cwd: '/', stdio: 'ignore' }).status === 0
  )
}

/** Where a folder keeps what the account could not reach inside it: outside every home folder, one folder per folder. */
export function reachableDirectory(folder: string): string {
  return `/var/lib/seatcast-${createHash('sha1').update(folder).digest('hex').slice(0, 8)}`
}
