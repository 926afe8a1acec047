import { judgeDelta, type Position, type RevisionRange } from '../../../shared/src/domain/revision.ts'
import type { MapDelta, Snapshot } from '../../../shared/src/protocol/delta.ts'
import { seatOfPacked, statusOfPacked } from '../../../shared/src/protocol/seat-codec.ts'

/** No seat: nothing is written there. */
const NONE = -1

/** The characters of an ASCII text as bytes, without a step of the interpreter a character: k6 has no TextEncoder. */
export type AsciiBytes = (text: string) => Uint8Array

const DIGIT_ZERO = 48
/** What a snapshot may be: one status a seat. */
const STATUSES = /^[0-3]*$/

/**
 * One watcher's whole map, a byte a seat: what the client's SeatStore is, without what only drawing needs. The bytes are the
 * digits of a snapshot's text: decoding 12,000 seats one by one takes k6 6 ms, which is a third of what a short visit costs.
 */
export class MapCopy {
  readonly seatCount: number
  readonly #bytesOf: AsciiBytes
  #digits: Uint8Array
  #position: Position | undefined

  constructor(seatCount: number, bytesOf: AsciiBytes) {
    this.seatCount = seatCount
    this.#bytesOf = bytesOf
    this.#digits = wholeWords(new Uint8Array(seatCount).fill(DIGIT_ZERO))
  }

  get position(): Position | undefined {
    return this.#position
  }

  statusOf(seat: number): number {
    return (this.#digits[seat] ?? DIGIT_ZERO - 1) - DIGIT_ZERO
  }

  applyDelta(delta: MapDelta): 'apply' | 'stale' | 'gap' {
    const here = this.#position
    if (here === undefined) return 'gap'
    const { range, position, seats, values } = decoded(delta)
    const verdict = judgeDelta(here, range)
    if (verdict !== 'apply') return verdict
    const digits = this.#digits
    for (let place = 0; place < seats.length; place++) digits[seats[place] ?? NONE] = values[place] ?? NONE
    this.#position = position
    return verdict
  }

  applySnapshot(snapshot: Snapshot): boolean {
    const here = this.#position
    if (here !== undefined && isBefore(snapshot, here)) return false
    const digits = this.#digitsOf(snapshot)
    if (digits === undefined) return false
    this.#digits = digits.slice()
    this.#position = { epoch: snapshot.epoch, revision: snapshot.revision }
    return true
  }

  /** How many seats differ from a snapshot; undefined when it is another state's, which proves nothing. */
  differences(snapshot: Snapshot): number | undefined {
    const here = this.#position
    if (here?.epoch !== snapshot.epoch || here.revision !== snapshot.revision) return undefined
    const digits = this.#digitsOf(snapshot)
    return digits === undefined ? this.seatCount : countDifferences(digits, this.#digits)
  }

  /** The same of another copy. */
  differencesTo(other: MapCopy): number | undefined {
    const [here, there] = [this.#position, other.#position]
    if (here === undefined || here.epoch !== there?.epoch || here.revision !== there.revision) return undefined
    return countDifferences(other.#digits, this.#digits)
  }

  /** Watchers of one virtual user share their snapshots: the newest is looked at once. Undefined: it is none of this hall. */
  #digitsOf({ seats }: Snapshot): Uint8Array | undefined {
    if (seats.length !== this.seatCount) return undefined
    if (seats === lastText) return lastDigits
    lastText = seats
    lastDigits = STATUSES.test(seats) ? wholeWords(this.#bytesOf(seats)) : undefined
    return lastDigits
  }
}

/** A delta as a copy applies it. */
interface Decoded {
  readonly range: RevisionRange
  readonly position: Position
  readonly seats: readonly number[]
  /** The digit of each seat, in the same order. */
  readonly values: readonly number[]
}

let lastDelta: MapDelta | undefined
let lastDecoded: Decoded | undefined

/**
 * Once for all sockets of a virtual user that received the same text: they are given one delta for it, and it is that one object
 * which is known again. Whether it fits, each copy judges by its own position.
 */
function decoded(delta: MapDelta): Decoded {
  if (delta === lastDelta && lastDecoded !== undefined) return lastDecoded
  const [, epoch, from, to, packedSeats] = delta
  lastDecoded = {
    range: { epoch, from, to },
    position: { epoch, revision: to },
    seats: packedSeats.map(seatOfPacked),
    values: packedSeats.map((packed) => DIGIT_ZERO + statusOfPacked(packed)),
  }
  lastDelta = delta
  return lastDecoded
}

let lastText = ''
let lastDigits: Uint8Array | undefined

/** Filled up with zeros to a multiple of eight bytes. */
function wholeWords(digits: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil(digits.length / 8) * 8)
  padded.set(digits)
  return padded
}

function countDifferences(one: Uint8Array, other: Uint8Array): number {
  if (areEqual(one, other)) return 0
  let count = 0
  for (let seat = 0; seat < one.length; seat++) if (one[seat] !== other[seat]) count += 1
  return count
}

/** Eight seats a step: k6 takes 9 times as long seat by seat, which for 1,000 maps of 12,000 seats is seconds. */
function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  const words = new BigUint64Array(one.buffer)
  const others = new BigUint64Array(other.buffer)
  for (let word = 0; word < words.length; word++) if (words[word] !== others[word]) return false
  return true
}

const isBefore = (one: Position, other: Position): boolean =>
  one.epoch < other.epoch || (one.epoch === other.epoch && one.revision < other.revision)
