import { createHmac, hkdfSync } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import { RefusalError } from '../http/refusal.ts'

/** The window in which attempts are counted, s. Source: a guess; common practice. */
const WINDOW_SECONDS = 900
/** One address may use this part of an e-mail's tries, so that it alone locks nobody out. Source: a guess: 10 of 50. */
const SHARE_OF_ONE_ADDRESS = 0.2

export interface AttemptLimits {
  /** In 15 minutes. */
  readonly signInsPerAddress: number
  /** From everywhere, in 15 minutes: against guessing from many addresses. */
  readonly signInsPerEmail: number
}

export interface Attempt {
  /** IP address of the caller. */
  readonly address: string
  /** Normalised, or as typed where it is none. */
  readonly email: string
}

/** Counts logins and sign-ups for all nodes together (U5). What is stored names neither addresses nor e-mails. */
export interface AttemptLimit {
  /** Counts one and refuses with RATE_LIMITED when there were too many; before the work that is to be limited. */
  count(attempt: Attempt): Promise<void>
  /** The right person was here: their own mistakes are forgotten. */
  forgive(attempt: Attempt): Promise<void>
}

export function attemptLimit(db: Db, tokenSecret: string, limits: AttemptLimits): AttemptLimit {
  const counter = attemptCounter(db, tokenSecret)
  const keysOf = ({ address, email }: Attempt) => ({
    address: counter.key('address', networkOf(address)),
    email: counter.key('email', email),
    both: counter.key('both', networkOf(address), email),
  })
  const perBoth = Math.ceil(limits.signInsPerEmail * SHARE_OF_ONE_ADDRESS)

  return {
    async count(attempt) {
      const keys = keysOf(attempt)
      await counter.count([
        { key: keys.address, max: limits.signInsPerAddress },
        { key: keys.email, max: limits.signInsPerEmail },
        { key: keys.both, max: perBoth },
      ])
    },
    async forgive(attempt) {
      await db.deleteFrom('sign_in_attempts').where('key', '=', keysOf(attempt).both).execute()
    },
  }
}

/** Tries of one kind by one caller, and how many a window may have. */
export interface CountedTry {
  readonly key: Buffer
  readonly max: number
}

/** Counts tries at anything that could be guessed, for all nodes together. */
export interface AttemptCounter {
  /** What is counted: a kind and whose; only its HMAC is stored. */
  key(...parts: readonly string[]): Buffer
  /** Counts one each and refuses with RATE_LIMITED when there were too many of any; before the work that is to be limited. */
  count(tries: readonly CountedTry[]): Promise<void>
  /** The try was right after all: it does not count. */
  takeBack(tries: readonly CountedTry[]): Promise<void>
}

export function attemptCounter(db: Db, tokenSecret: string): AttemptCounter {
  const secret = Buffer.from(hkdfSync('sha256', tokenSecret, '', 'seatcast sign-in attempts', 32))
  return {
    key: (...parts) => createHmac('sha256', secret).update(JSON.stringify(parts)).digest(),
    async count(tries) {
      const counted = await countAll(
        db,
        tries.map(({ key }) => key),
      )
      const waits = tries.flatMap(({ key, max }) => {
        const row = counted.find((one) => one.key.equals(key))
        return row !== undefined && row.attempts > max ? [row.left_ms] : []
      })
      if (waits.length > 0) throw new RefusalError('RATE_LIMITED', { retryInMs: Math.max(...waits) })
    },
    async takeBack(tries) {
      await sql`
        with ordered as (
          select key from sign_in_attempts where key = any (${tries.map(({ key }) => key)}::bytea[]) order by key for update
        )
        update sign_in_attempts as known set attempts = greatest(0, known.attempts - 1)
        from ordered where known.key = ordered.key`.execute(db)
    },
  }
}

/** One statement, in the order of the keys: two of them never wait for each other in a ring. */
async function countAll(
  db: Db,
  keys: readonly Buffer[],
): Promise<readonly { key: Buffer; attempts: number; left_ms: number }[]> {
  const { rows } = await sql<{ key: Buffer; attempts: number; left_ms: number }>`
    insert into sign_in_attempts as known (key)
    select key from unnest(${keys}::bytea[]) as listed (key) order by key
    on conflict (key) do update set
      attempts = case when known.since < ${windowStart} then 1 else least(known.attempts + 1, 1000000000) end,
      since = case when known.since < ${windowStart} then now() else known.since end
    returning key, attempts,
      greatest(1, ceil(extract(epoch from since - ${windowStart}) * 1000))::bigint as left_ms`.execute(db)
  return rows
}

const windowStart = sql<Date>`(now() - make_interval(secs => ${sql.lit(WINDOW_SECONDS)}))`

/** An IPv6 caller has a whole /64 to itself: counted as one. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!isIPv6(address)) return address
  const [head = '', tail = ''] = address.split('%')[0]?.toLowerCase().split('::') ?? []
  const before = head === '' ? [] : head.split(':')
  const after = tail === '' ? [] : tail.split(':')
  const whole = [...before, ...Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0'), ...after]
  return whole
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

/** Forgets windows that are over; returns how many. For the scheduler, at any time, by any number of processes. */
export async function forgetOldAttempts(db: Db): Promise<number> {
  const result = await db.deleteFrom('sign_in_attempts').where('since', '<', windowStart).executeTakeFirst()
  return Number(result.numDeletedRows)
}
