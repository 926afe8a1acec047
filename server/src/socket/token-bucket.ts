/** Tokens flow in at `perSecond` up to `burst`; whoever finds none is told how long to wait. The caller passes the clock. */
export class TokenBucket {
  readonly #perSecond: number
  readonly #burst: number
  #tokens: number
  #filledMs: number

  constructor(perSecond: number, nowMs: number, burst = perSecond) {
    this.#perSecond = perSecond
    this.#burst = Math.max(1, burst)
    this.#tokens = this.#burst
    this.#filledMs = nowMs
  }

  /** 0: taken; else ms until a token is there. A refusal costs nothing. */
  take(nowMs: number): number {
    this.#fill(nowMs)
    if (this.#tokens >= 1) {
      this.#tokens -= 1
      return 0
    }
    return Math.ceil(((1 - this.#tokens) * 1_000) / this.#perSecond)
  }

  isFull(nowMs: number): boolean {
    this.#fill(nowMs)
    return this.#tokens >= this.#burst
  }

  #fill(nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - this.#filledMs)
    this.#filledMs = nowMs
    this.#tokens = Math.min(this.#burst, this.#tokens + (elapsedMs * this.#perSecond) / 1_000)
  }
}

/** One bucket a key. Full buckets are forgotten once there are many: a full bucket equals a new one. */
export class TokenBuckets {
  readonly #perSecond: number
  readonly #keysMax: number
  readonly #buckets = new Map<string, TokenBucket>()

  constructor(perSecond: number, keysMax = 50_000) {
    this.#perSecond = perSecond
    this.#keysMax = keysMax
  }

  take(key: string, nowMs: number): number {
    let bucket = this.#buckets.get(key)
    if (bucket === undefined) {
      if (this.#buckets.size >= this.#keysMax) this.#forgetFull(nowMs)
      bucket = new TokenBucket(this.#perSecond, nowMs)
      this.#buckets.set(key, bucket)
    }
    return bucket.take(nowMs)
  }

  get size(): number {
    return this.#buckets.size
  }

  #forgetFull(nowMs: number): void {
    for (const [key, bucket] of this.#buckets) if (bucket.isFull(nowMs)) this.#buckets.delete(key)
    // All in use: start over rather than grow; a rush of that many keys is far above one worker's sockets.
    if (this.#buckets.size >= this.#keysMax) this.#buckets.clear()
  }
}
