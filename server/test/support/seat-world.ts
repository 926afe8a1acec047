import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { type MapKeys, mapKeys } from '../../src/redis/keys.ts'
import { decodeEntry, type MapOperation } from '../../src/redis/map-stream.ts'
import type { MapTarget, SaleFacts } from '../../src/seats/map-commands.ts'
import { createGroupCommands, type GroupCommands } from '../../src/seats/group-commands.ts'
import { createOrderCommands, type OrderCommands } from '../../src/seats/order-commands.ts'
import { createSeatCommands, type SeatCommands } from '../../src/seats/seat-commands.ts'
import { type MapContents, readContents } from './map-contents.ts'
import { testClock, withTestClock } from './patched-lua.ts'

/** A performance of its own on a test's Redis, with a clock that the test moves. */
export interface SeatWorld {
  readonly commands: SeatCommands
  readonly groups: GroupCommands
  readonly orders: OrderCommands
  readonly target: MapTarget
  readonly keys: MapKeys
  /** Moves Redis's clock as the scripts see it. */
  readonly wait: (ms: number) => Promise<void>
  readonly contents: () => Promise<MapContents>
  /** The operations of every entry, oldest first. */
  readonly log: () => Promise<MapOperation[][]>
  /** One state digit a seat. */
  readonly seats: () => Promise<string>
}

/** Source: any moment. */
const START_MS = 1_700_000_000_000
export const HOLD_MS = 60_000

export async function createSeatWorld(
  redis: Redis,
  map: Partial<SaleFacts> & { readonly seatCount?: number; readonly blockedSeats?: readonly number[] } = {},
): Promise<SeatWorld> {
  const { seatCount = 10, blockedSeats = [], ...facts } = map
  const commands = createSeatCommands(redis, withTestClock())
  const target = { id: randomUUID(), partition: 3, epoch: 1 }
  const keys = mapKeys(target)
  let nowMs = START_MS
  await redis.set(testClock(keys.meta), nowMs)
  await commands.loadMap(target, {
    facts: { status: 'on_sale', opensAtMs: 0, holdMs: HOLD_MS, maxSeatsPerBuyer: 4, ...facts },
    seatCount,
    blockedSeats,
    holds: [],
  })
  return {
    commands,
    groups: createGroupCommands(redis, withTestClock()),
    orders: createOrderCommands(redis, withTestClock()),
    target,
    keys,
    async wait(ms) {
      nowMs += ms
      await redis.set(testClock(keys.meta), nowMs)
    },
    contents: () => readContents(redis, keys),
    async log() {
      return (await redis.xrange(keys.log, '-', '+')).map(([id, fields]) => [...decodeEntry(id, fields).operations])
    },
    async seats() {
      return (await redis.get(keys.seats)) ?? ''
    },
  }
}
