import { type Static, Type } from 'typebox'
import { Counter, Id } from './fields.ts'

/** `[performanceId, epoch, from, to, [seat * 8 + status, …]]`; `from` = `to` with no seats is the heartbeat. */
export const MapDelta = Type.Tuple([Id, Counter, Counter, Counter, Type.Array(Counter)])
export type MapDelta = Static<typeof MapDelta>

/** `[performanceId, epoch, revision]`: the state was rebuilt; watch again with a fresh snapshot. */
export type MapReset = [performanceId: string, epoch: number, revision: number]

/** At most once a second, and when `live` changes. `live` false: this node's own copy is stale and says so. */
export interface MapStatus {
  readonly performanceId: string
  readonly live: boolean
  /** Sockets that watch, on all nodes that this node knows of. */
  readonly watchers: number
  /** By section index, then by the performance's zones in order: available seats. */
  readonly sections: readonly (readonly number[])[]
}

/** `GET /api/performances/:id/snapshot`: one wire status digit a seat. */
export interface Snapshot {
  readonly epoch: number
  readonly revision: number
  readonly seats: string
}
