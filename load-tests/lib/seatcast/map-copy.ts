import { judgeDelta, type Position } from '../../../shared/src/domain/revision.ts'
import type { MapDelta, Snapshot } from '../../../shared/src/protocol/delta.ts'
import { decodeStatuses, seatOfPacked, statusOfPacked } from '../../../shared/src/protocol/seat-codec.ts'

/** One watcher's whole map, a byte a seat: what the client's SeatStore is, without what only drawing needs. */
export class MapCopy {
  #statuses: Uint8Array
  #position: Position | undefined
  /** A seat's status changed, by a frame or a snapshot. */
  onChange: ((seat: number, status: number) => void) | undefined

  constructor(seatCount: number) {
    this.#statuses = new Uint8Array(seatCount)
  }

  get position(): Position | undefined {
    return this.#position
  }

  statusOf(seat: number): number {
    return this.#statuses[seat] ?? -1
  }

  get seatCount(): number {
    return this.#statuses.length
  }

  judge([, epoch, from, to]: MapDelta): 'apply' | 'stale' | 'gap' {
    return this.#position === undefined ? 'gap' : judgeDelta(this.#position, { epoch, from, to })
  }

  applyDelta(delta: MapDelta): 'apply' | 'stale' | 'gap' {
    const verdict = this.judge(delta)
    if (verdict !== 'apply') return verdict
    for (const packed of delta[4]) {
      const seat = seatOfPacked(packed)
      const status = statusOfPacked(packed)
      if (this.#statuses[seat] === status) continue
      this.#statuses[seat] = status
      this.onChange?.(seat, status)
    }
    this.#position = { epoch: delta[1], revision: delta[3] }
    return verdict
  }

  applySnapshot(snapshot: Snapshot): boolean {
    const here = this.#position
    if (here !== undefined && isBefore(snapshot, here)) return false
    const statuses = decoded(snapshot, this.#statuses.length)
    if (statuses === undefined) return false
    const before = this.#statuses
    this.#statuses = statuses.slice()
    this.#position = { epoch: snapshot.epoch, revision: snapshot.revision }
    if (here !== undefined && this.onChange !== undefined)
      for (let seat = 0; seat < before.length; seat++)
        if (before[seat] !== statuses[seat]) this.onChange(seat, statuses[seat] ?? 0)
    return true
  }

  /** How many seats differ from a snapshot; undefined when it is another state's, which proves nothing. */
  differences(snapshot: Snapshot): number | undefined {
    const here = this.#position
    if (here?.epoch !== snapshot.epoch || here.revision !== snapshot.revision) return undefined
    const statuses = decoded(snapshot, this.#statuses.length)
    if (statuses === undefined) return this.#statuses.length
    let count = 0
    for (let seat = 0; seat < statuses.length; seat++) if (statuses[seat] !== this.#statuses[seat]) count += 1
    return count
  }
}

let lastText = ''
let lastStatuses: Uint8Array | undefined

/** Watchers of one virtual user share their snapshots: the newest is decoded once. */
function decoded({ seats }: Snapshot, seatCount: number): Uint8Array | undefined {
  if (seats === lastText) return lastStatuses
  lastStatuses = decodeStatuses(seats, seatCount)
  lastText = seats
  return lastStatuses
}

const isBefore = (one: Position, other: Position): boolean =>
  one.epoch < other.epoch || (one.epoch === other.epoch && one.revision < other.revision)
