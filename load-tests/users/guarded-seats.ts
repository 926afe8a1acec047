import type { MapDelta } from '../../shared/src/protocol/delta.ts'
import type { Hold } from '../../shared/src/protocol/hold.ts'
import { seatOfPacked, statusOfPacked } from '../../shared/src/protocol/seat-codec.ts'

/** A promise that was broken; the names are the metrics'. */
export type BrokenPromise = 'own_seat_lost' | 'seat_given_twice' | 'hold_ended_early' | 'hold_ended_late'

/** Clocks drift and durations are whole milliseconds. Source: a guess. */
const SLACK_MS = 50
/** A hold ends at most 1 s after its deadline (H5); another for the news to arrive on a busy machine. */
const LATE_MS = 2_000
const FREE = 0
const SOLD = 2

/** Of this virtual user: who was told last that a seat is theirs. Two at once would be a seat given twice (H2). */
const ownerOf = new Map<number, GuardedSeats>()

/** What one buyer was told to have, and whether the server keeps its word: nobody frees, sells or ends it before its time. */
export class GuardedSeats {
  readonly #tell: (broken: BrokenPromise, text: string) => void
  #seats: ReadonlySet<number> = new Set()
  #kind: 'hold' | 'order' = 'hold'
  /** The deadline is between these, Unix ms of this machine: the answer was under way for so long. */
  #deadlineMs = { earliest: 0, latest: 0 }
  #since = { epoch: 0, revision: 0 }
  #isChanging = false

  constructor(tell: (broken: BrokenPromise, text: string) => void) {
    this.#tell = tell
  }

  get seats(): readonly number[] {
    return [...this.#seats]
  }

  get isEmpty(): boolean {
    return this.#seats.size === 0
  }

  get isOrder(): boolean {
    return this.#kind === 'order' && !this.isEmpty
  }

  /** News of this position are of what is here, not of a hold before it. */
  isOf(epoch: number, revision: number): boolean {
    return epoch === this.#since.epoch && revision >= this.#since.revision
  }

  /** ms until it has certainly ended and the news has had time to come. */
  get certainlyOverInMs(): number {
    return this.#deadlineMs.latest + LATE_MS - Date.now()
  }

  /** Whether the server must still know it. */
  get isAlive(): boolean {
    return !this.isEmpty && Date.now() < this.#deadlineMs.earliest - SLACK_MS
  }

  /** A command of the buyer's own is under way: what is seen meanwhile may be its effect. */
  changing(): void {
    this.#isChanging = true
  }

  /** A hold as a command's answer told it. */
  holds(hold: Hold, sentMs: number): void {
    this.#keep(hold.seats, 'hold', { sentMs, expiresInMs: hold.expiresInMs }, hold)
  }

  /** The hold became an order: pending until its deadline, then sold, and free again before neither. */
  ordered(seats: readonly number[], deadline: Deadline, at: { epoch: number; revision: number }): void {
    this.#keep(seats, 'order', deadline, at)
  }

  paid(): void {
    this.#deadlineMs = { earliest: Infinity, latest: Infinity }
  }

  /** It ended by the buyer's own doing, or with the page. */
  let(): void {
    for (const seat of this.#seats) if (ownerOf.get(seat) === this) ownerOf.delete(seat)
    this.#seats = new Set()
    this.#isChanging = false
  }

  /** The command was refused: nothing changed. */
  unchanged(): void {
    this.#isChanging = false
  }

  /** `hold:changed` said that it expired. */
  expired(): void {
    if (this.isEmpty || this.#kind === 'order') return
    if (this.isAlive) this.#tell('hold_ended_early', `a hold ended ${this.#deadlineMs.earliest - Date.now()} ms early`)
    if (this.certainlyOverInMs < 0)
      this.#tell('hold_ended_late', `a hold ended ${LATE_MS - this.certainlyOverInMs} ms late`)
    this.let()
  }

  /** Nobody said that it expired, and the time for that is over. */
  neverEnded(): void {
    if (!this.isEmpty && this.#kind === 'hold' && this.certainlyOverInMs <= 0)
      this.#tell('hold_ended_late', 'nobody told that a hold has ended')
  }

  /** An order of a live hold was refused. */
  refused(code: string): void {
    this.#isChanging = false
    if (this.isAlive) this.#tell('own_seat_lost', `an order of held seats was refused with ${code} before the deadline`)
    this.let()
  }

  /** A frame: only a state after ours says anything about us. */
  see(delta: MapDelta): void {
    if (this.#seats.size === 0) return
    const [, epoch, , to, packedSeats] = delta
    if (this.#isChanging || epoch !== this.#since.epoch || to < this.#since.revision) return
    if (!this.isAlive) return
    for (const packed of packedSeats) {
      const seat = seatOfPacked(packed)
      const status = statusOfPacked(packed)
      const isLost = status === FREE || (status === SOLD && this.#kind === 'hold')
      if (isLost && this.#seats.has(seat))
        this.#tell('own_seat_lost', `seat ${seat} of a live ${this.#kind} became ${status}`)
    }
  }

  #keep(
    seats: readonly number[],
    kind: 'hold' | 'order',
    deadline: Deadline,
    at: { epoch: number; revision: number },
  ): void {
    this.let()
    this.#seats = new Set(seats)
    this.#kind = kind
    this.#deadlineMs = { earliest: deadline.sentMs + deadline.expiresInMs, latest: Date.now() + deadline.expiresInMs }
    this.#since = { epoch: at.epoch, revision: at.revision }
    for (const seat of seats) {
      const other = ownerOf.get(seat)
      if (other !== undefined && other !== this && other.isAlive && !other.#isChanging)
        this.#tell('seat_given_twice', `seat ${seat} was given to two buyers`)
      ownerOf.set(seat, this)
    }
  }
}

export interface Deadline {
  /** When the question was sent, Unix ms of this machine. */
  readonly sentMs: number
  readonly expiresInMs: number
}
