import type { PerformanceId } from '@seatcast/shared/domain/ids.ts'
import type { SaleChanged, SaleStatus } from '@seatcast/shared/protocol/sale.ts'
import type { RedisClock } from './redis-clock.ts'
import type { SeatMirror } from './seat-mirror.ts'

/** One performance's sale by Redis's clock: a scheduled sale whose time is past is open, with no entry that says so. */
export class SaleClock {
  readonly #performanceId: PerformanceId
  readonly #mirror: Pick<SeatMirror, 'sale'>
  readonly #redisClock: Pick<RedisClock, 'nowMs'>
  #told: string

  constructor(performanceId: PerformanceId, mirror: Pick<SeatMirror, 'sale'>, redisClock: Pick<RedisClock, 'nowMs'>) {
    this.#performanceId = performanceId
    this.#mirror = mirror
    this.#redisClock = redisClock
    this.#told = this.#summary()
  }

  get status(): SaleStatus {
    const { status, opensAtMs } = this.#mirror.sale
    return status === 'scheduled' && opensAtMs > 0 && opensAtMs <= this.#redisClock.nowMs() ? 'on_sale' : status
  }

  /** ms until it opens; 0 unless scheduled with a time; null: scheduled without one. */
  get opensInMs(): number | null {
    const { opensAtMs } = this.#mirror.sale
    if (this.status !== 'scheduled') return 0
    return opensAtMs > 0 ? Math.ceil(opensAtMs - this.#redisClock.nowMs()) : null
  }

  get now(): SaleChanged {
    return { performanceId: this.#performanceId, status: this.status, opensInMs: this.opensInMs }
  }

  /** What watchers have to be told: status or opening time is another than at the last call (F9). */
  takeChange(): SaleChanged | undefined {
    const summary = this.#summary()
    if (summary === this.#told) return undefined
    this.#told = summary
    return this.now
  }

  #summary(): string {
    const { status } = this
    return status === 'scheduled' ? `${status} ${this.#mirror.sale.opensAtMs}` : status
  }
}
