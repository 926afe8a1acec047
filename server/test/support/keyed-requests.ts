import { randomUUID } from 'node:crypto'
import type { Db } from '../../src/database/client.ts'
import { fingerprintOf, refuseReusedKey, replyOnce } from '../../src/http/idempotency.ts'

/** What makes a request; without a key it is nobody's repeat. */
interface Asked {
  readonly userId: string
  readonly path: string
  readonly body: object
  readonly key: number | null
}

export interface KeyedRequest {
  /** What payments and seat changes are stored with; undefined: it has no key. */
  readonly keyed: { readonly key: string; readonly sha256: Buffer } | undefined
  /** An earlier one with its key was answered; throws when that was another request. */
  isAnswered(): Promise<boolean>
  /** Runs the effect in the transaction of its answer. */
  once(effect: (trx: Db) => Promise<void>): Promise<void>
}

/** POSTs with an Idempotency-Key, answered as routes answer them: throws when one key has two effects (O12). */
export class KeyedRequests {
  readonly #db: Db
  /** By user and key. */
  readonly #told = new Map<string, string>()
  /** Requests that were told an earlier one's answer. */
  repeats = 0

  constructor(db: Db) {
    this.#db = db
  }

  of({ userId, path, body, key: number }: Asked): KeyedRequest {
    const key = number === null ? null : `key ${number}`
    const text = JSON.stringify(body)
    const identity = { userId, roles: [], expiresAtSeconds: 0 }
    const request = { method: 'POST', url: path, headers: key === null ? {} : { 'idempotency-key': key }, identity }
    return {
      keyed: key === null ? undefined : { key, sha256: fingerprintOf(request, text) },
      isAnswered: () => refuseReusedKey(this.#db, request, text),
      once: async (effect) => {
        let told = ''
        const nothing = (): void => undefined
        const reply = {
          code: nothing,
          type: nothing,
          serializer: nothing,
          send: (answer: string) => void (told = answer),
        }
        await replyOnce(this.#db, request, reply, text, async (trx) => {
          await effect(trx)
          return { status: 200, answer: { effect: randomUUID() } }
        })
        if (key !== null) this.#compare(`${userId} ${key}`, told)
      },
    }
  }

  #compare(key: string, told: string): void {
    const earlier = this.#told.get(key)
    this.#told.set(key, told)
    if (earlier === undefined) return
    if (earlier !== told) throw new Error(`two effects of one request, ${key}: ${earlier}, ${told}`)
    this.repeats += 1
  }
}
