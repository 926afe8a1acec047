import type { HoldId, UserId } from '@seatcast/shared/domain/ids.ts'
import type { LiveHold } from './map-source.ts'

/** The live holds of one performance: by id, by buyer, and the oldest deadline. */
export class HoldBook {
  readonly #byId = new Map<HoldId, LiveHold>()
  readonly #byBuyer = new Map<UserId, LiveHold>()
  /** Infinity: none. NaN: to be found again. */
  #oldestDeadlineMs = Infinity

  constructor(holds: readonly LiveHold[] = []) {
    for (const hold of holds) this.put(hold)
  }

  get size(): number {
    return this.#byId.size
  }

  /** Unix ms of Redis's clock; Infinity without holds. O(holds) only after the oldest hold has ended. */
  get oldestDeadlineMs(): number {
    if (Number.isNaN(this.#oldestDeadlineMs)) {
      this.#oldestDeadlineMs = Infinity
      for (const hold of this.#byId.values())
        if (hold.deadlineMs < this.#oldestDeadlineMs) this.#oldestDeadlineMs = hold.deadlineMs
    }
    return this.#oldestDeadlineMs
  }

  of(buyer: UserId): LiveHold | undefined {
    return this.#byBuyer.get(buyer)
  }

  values(): IterableIterator<LiveHold> {
    return this.#byId.values()
  }

  /** The hold as it now is; one without seats has ended. */
  put(hold: LiveHold): void {
    const before = this.#byId.get(hold.holdId)
    if (before !== undefined) this.#remove(before)
    if (hold.seats.length === 0) return
    this.#byId.set(hold.holdId, hold)
    this.#byBuyer.set(hold.buyer, hold)
    // A comparison with NaN is false: what is to be found again stays so.
    if (hold.deadlineMs < this.#oldestDeadlineMs) this.#oldestDeadlineMs = hold.deadlineMs
  }

  #remove(hold: LiveHold): void {
    this.#byId.delete(hold.holdId)
    if (this.#byBuyer.get(hold.buyer) === hold) this.#byBuyer.delete(hold.buyer)
    if (hold.deadlineMs === this.#oldestDeadlineMs)
      this.#oldestDeadlineMs = this.#byId.size === 0 ? Infinity : Number.NaN
  }
}
