import type { Clock } from '@seatcast/shared/domain/clock.ts'

interface Timer {
  readonly atMs: number
  readonly order: number
  readonly act: () => void
  cancelled: boolean
}

/** A clock that stands still unless told to run; everything due happens in order of time, then of asking. */
export class SimClock implements Clock {
  #nowMs = 0
  #order = 0
  /** A binary heap: the earliest first. */
  readonly #timers: Timer[] = []

  nowMs(): number {
    return this.#nowMs
  }

  after(delayMs: number, act: () => void): () => void {
    const timer: Timer = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, act, cancelled: false }
    this.#push(timer)
    return () => {
      timer.cancelled = true
    }
  }

  /** Runs until `untilMs`; promises settle between two events. */
  async runUntil(untilMs: number, afterEach: () => void): Promise<void> {
    for (let timer = this.#timers[0]; timer !== undefined && timer.atMs <= untilMs; timer = this.#timers[0]) {
      this.#pop()
      if (timer.cancelled) continue
      this.#nowMs = timer.atMs
      timer.act()
      await new Promise(setImmediate)
      afterEach()
    }
    this.#nowMs = untilMs
  }

  #push(timer: Timer): void {
    const heap = this.#timers
    let place = heap.push(timer) - 1
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (!isEarlier(timer, heap[parent]!)) break
      heap[place] = heap[parent]!
      place = parent
    }
    heap[place] = timer
  }

  #pop(): void {
    const heap = this.#timers
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isEarlier(heap[child + 1]!, heap[child]!)) child++
      if (!isEarlier(heap[child]!, last)) break
      heap[place] = heap[child]!
      place = child
    }
    heap[place] = last
  }
}

const isEarlier = (one: Timer, other: Timer): boolean =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order)
