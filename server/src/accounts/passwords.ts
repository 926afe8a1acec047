import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { RefusalError } from '../http/refusal.ts'

/** Hashes passwords with argon2id and checks them. */
export interface Passwords {
  /** A PHC string: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
  hash(password: string): Promise<string>
  /** `stored` undefined: there is no such account; the same work is done, and the answer is no (U4). */
  verify(password: string, stored: string | undefined): Promise<boolean>
}

interface Cost {
  /** KiB. */
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

/** Source: OWASP, Password Storage Cheat Sheet, the argon2id configuration with 19 MiB. 46 ms on the 2-core machine. */
const COST: Cost = { memory: 19_456, passes: 2, parallelism: 1 }
const SALT_BYTES = 16
const HASH_BYTES = 32
/** At once in one worker. Source: libuv has 4 threads, and files, zlib and DNS need some; 2 x 19 MiB. */
const RUNNING_MAX = 2
/** May wait; the next is refused with OVERLOADED. Source: 32 x 46 ms / 2 is 0.7 s, a page's patience. */
const WAITING_MAX = 32
/** How soon an overloaded worker is worth another try, ms. Source: the longest wait above. */
const RETRY_MS = 1_000

const derive = promisify(argon2)

export function argon2Passwords({ runningMax = RUNNING_MAX, waitingMax = WAITING_MAX } = {}): Passwords {
  const turn = turns(runningMax, waitingMax)
  const hashWith = (password: string, salt: Buffer, length: number, cost: Cost) =>
    turn(() =>
      // NFKC: one password, whichever keyboard typed it (Hangul comes composed and decomposed).
      derive('argon2id', { message: password.normalize('NFKC'), nonce: salt, tagLength: length, ...cost }),
    )
  /** Nobody's: no password gives it. */
  const nobody: Stored = { cost: COST, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) }
  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES)
      return written({ cost: COST, salt, hash: await hashWith(password, salt, HASH_BYTES, COST) })
    },
    async verify(password, stored) {
      const { cost, salt, hash } = stored === undefined ? nobody : read(stored)
      const given = await hashWith(password, salt, hash.length, cost)
      return timingSafeEqual(given, hash) && stored !== undefined
    },
  }
}

interface Stored {
  readonly cost: Cost
  readonly salt: Buffer
  readonly hash: Buffer
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')

const written = ({ cost: { memory, passes, parallelism }, salt, hash }: Stored): string =>
  `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(hash)}`

const PHC = /^\$argon2id\$v=19\$m=(?<m>\d+),t=(?<t>\d+),p=(?<p>\d+)\$(?<salt>[A-Za-z0-9+/]+)\$(?<hash>[A-Za-z0-9+/]+)$/

function read(stored: string): Stored {
  const parts = PHC.exec(stored)?.groups
  if (parts === undefined) throw new Error('a stored password is no argon2id PHC string')
  return {
    cost: { memory: Number(parts['m']), passes: Number(parts['t']), parallelism: Number(parts['p']) },
    salt: Buffer.from(parts['salt'] ?? '', 'base64'),
    hash: Buffer.from(parts['hash'] ?? '', 'base64'),
  }
}

/** Lets `runningMax` works run at once, in the order they came; refuses when `waitingMax` wait already (U6). */
function turns(runningMax: number, waitingMax: number) {
  const waiting: (() => void)[] = []
  let running = 0
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running < runningMax) running++
    else if (waiting.length >= waitingMax) throw new RefusalError('OVERLOADED', { retryInMs: RETRY_MS })
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running--
      else next() // hands its place on: `running` stays
    }
  }
}
