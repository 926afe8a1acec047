import { setTimeout as delay } from 'node:timers/promises'
import type { PerformanceId, SeatIndex } from '@seatcast/shared/domain/ids.ts'
import type { Performance } from '../catalogue/performance.ts'
import type { PerformanceRef } from '../redis/keys.ts'
import type { LoadedGroup, LoadedOrder, MapCommands, MapHold, SaleFacts } from './map-commands.ts'

/** What PostgreSQL gives a new epoch to begin with. */
export interface BegunEpoch {
  readonly epoch: number
  readonly performance: Performance
  /** Seats not for sale: those blocked by hand and those whose category is in no zone. */
  readonly blockedSeats: readonly SeatIndex[]
  readonly seatCount: number
  /** Read after the epoch's beginning was committed: what changes later is told in the new epoch only (R7). */
  readonly orders?: readonly LoadedOrder[]
  /** Open groups, read after it too. */
  readonly groups?: readonly LoadedGroup[]
}

/** Counts epochs in PostgreSQL, so that they never go back (R5). */
export interface EpochStore {
  /**
   * Under the performance's row lock: unless its epoch is no longer `ifEpoch`, adds one to it and notes the Redis run
   * that will carry it. `moved on`: somebody else began one.
   */
  beginEpoch(
    performanceId: PerformanceId,
    at: { readonly ifEpoch: number; readonly redisRunId: string },
  ): Promise<BegunEpoch | 'moved on'>
}

export interface LoadSeats {
  readonly commands: Pick<MapCommands, 'readMap' | 'loadMap'>
  readonly epochs: EpochStore
  /** As last read from PostgreSQL; its `epoch` is the one that is to be followed by a new one. */
  readonly performance: Performance
  /** Of the Redis that `commands` talk to. */
  readonly runId: string
  /** The epoch that Redis had when its map was found wanting, 0: none. A later one there was loaded by somebody since. */
  readonly judgedEpoch?: number
  /** Holds of a mirror that is ahead of what Redis has, taken before those found in Redis. */
  readonly previous?: readonly MapHold[]
}

export interface LoadedEpoch {
  readonly epoch: number
  /** `loaded`: by this call; `found`: by somebody else's at the same time. */
  readonly how: 'loaded' | 'found'
  readonly kept: number
  readonly lost: number
}

/** How long another worker's load may take before this one begins an epoch of its own, ms. Source: a guess: 20 times a load. */
const PATIENCE_MS = 400
const LOOK_EVERY_MS = 20

/**
 * Starts the performance's next epoch in Redis (R5). Many workers may call it at once: one begins the epoch, the
 * others find it. Safe to call again after a crash at any point: an epoch that was begun and never loaded is passed over.
 */
export async function loadSeats(load: LoadSeats): Promise<LoadedEpoch> {
  const { commands, epochs, performance, runId, previous = [] } = load
  const present = (await commands.readMap(performance))?.epoch ?? 0
  if (present > performance.epoch || present > (load.judgedEpoch ?? present)) return found(present)
  // Begun on this Redis and not there yet: somebody is loading it at this moment, or died while doing so.
  if (present < performance.epoch && performance.redisRunId === runId) {
    const epoch = await untilEpoch(commands, performance, performance.epoch)
    if (epoch !== undefined) return found(epoch)
  }
  const begun = await epochs.beginEpoch(performance.id, { ifEpoch: performance.epoch, redisRunId: runId })
  if (begun === 'moved on') {
    const epoch = await untilEpoch(commands, performance, performance.epoch + 1)
    if (epoch === undefined)
      throw new MapNotLoadedError({ performanceId: performance.id, afterEpoch: performance.epoch })
    return found(epoch)
  }
  const { epoch, blockedSeats, seatCount, orders = [], groups = [] } = begun
  const target = { id: performance.id, partition: begun.performance.partition, epoch }
  const facts = saleFacts(begun.performance)
  const reply = await commands.loadMap(target, { facts, seatCount, blockedSeats, holds: previous, orders, groups })
  // Refused: a later epoch was loaded meanwhile, with what PostgreSQL knows at least as freshly.
  return reply.ok ? { epoch, how: 'loaded', kept: reply.kept, lost: reply.lost } : found(reply.epoch)
}

const found = (epoch: number): LoadedEpoch => ({ epoch, how: 'found', kept: 0, lost: 0 })

/** Waits for somebody else's load: the epoch that Redis then has, or undefined when none came. */
async function untilEpoch(
  commands: Pick<MapCommands, 'readMap'>,
  performance: PerformanceRef,
  epoch: number,
): Promise<number | undefined> {
  for (let waitedMs = 0; waitedMs <= PATIENCE_MS; waitedMs += LOOK_EVERY_MS) {
    const present = (await commands.readMap(performance))?.epoch ?? 0
    if (present >= epoch) return present
    await delay(LOOK_EVERY_MS)
  }
  return undefined
}

/** What Redis is told of a performance's sale. */
export function saleFacts(
  performance: Pick<Performance, 'status' | 'onSaleAt' | 'holdSeconds' | 'maxSeatsPerBuyer'>,
): SaleFacts {
  return {
    status: performance.status,
    opensAtMs: performance.onSaleAt?.getTime() ?? 0,
    holdMs: performance.holdSeconds * 1_000,
    maxSeatsPerBuyer: performance.maxSeatsPerBuyer,
  }
}

/** Thrown when another worker began an epoch and did not load it: read the performance anew and try again. */
export class MapNotLoadedError extends Error {
  override readonly name = 'MapNotLoadedError'
  readonly facts: { readonly performanceId: PerformanceId; readonly afterEpoch: number }

  constructor(facts: MapNotLoadedError['facts']) {
    super(`performance ${facts.performanceId}: the epoch after ${facts.afterEpoch} was begun and is not in Redis`)
    this.facts = facts
  }
}
