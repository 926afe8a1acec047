import type { SeatIndex, UserId } from '@seatcast/shared/domain/ids.ts'
import { listed, textIn } from './script-reply.ts'

/** What records of holds and orders have in common. */
interface SeatRecord {
  readonly buyer: UserId
  /** Unix ms of Redis's clock. */
  readonly deadlineMs: number
  readonly seats: readonly SeatIndex[]
}

/** A hash's records by their ids. One that cannot be read is left out: it must not stand in the way of a reload, which drops it. */
export function recordsIn<Record extends SeatRecord>(reply: unknown): [id: string, record: Record][] {
  const flat = listed(reply)
  const records: [string, Record][] = []
  for (let place = 0; place + 1 < flat.length; place += 2) {
    try {
      const record = JSON.parse(textIn(flat, place + 1)) as Record | null
      if (record !== null && isSeatRecord(record)) records.push([textIn(flat, place), record])
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
    }
  }
  return records
}

const isSeatRecord = ({ buyer, deadlineMs, seats }: Partial<SeatRecord>): boolean =>
  typeof buyer === 'string' && typeof deadlineMs === 'number' && Array.isArray(seats)
