import { clearTimeout, setTimeout } from 'k6/timers'

/** A whole millisecond is cut off where moments are read, ms. */
const CUT_MS = 1

/**
 * One of k6's timers that is never early. In k6 1.8 a virtual user that is busy for some milliseconds fires the wrong one: when a
 * timer is cleared or set while the turn of another is already queued, that turn goes to the next in the queue, however far
 * it is (grafana/k6#5199, #6351). An answer's timeout of 10 s then ends after 60 ms. Such a timer goes back to wait.
 */
export class Timer {
  readonly #dueAtMs: number
  readonly #act: () => void
  #id: number

  constructor(act: () => void, ms: number) {
    this.#act = act
    this.#dueAtMs = Date.now() + ms
    this.#id = this.#wait(ms)
  }

  clear(): void {
    clearTimeout(this.#id)
  }

  #wait(ms: number): number {
    return setTimeout(() => this.#fire(), Math.max(0, ms))
  }

  #fire(): void {
    const leftMs = this.#dueAtMs - Date.now()
    if (leftMs > CUT_MS) this.#id = this.#wait(leftMs)
    else this.#act()
  }
}
