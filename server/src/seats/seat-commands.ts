import { randomUUIDv7 } from 'node:crypto'
import type { SeatIndex, UserId } from '@seatcast/shared/domain/ids.ts'
import type { Redis } from 'ioredis'
import { mapKeys, type PerformanceRef, requestKey } from '../redis/keys.ts'
import { defineScript, loadScript, type ReadSource, type ScriptKeys, sourceIn } from '../redis/scripts.ts'
import { createMapCommands, type MapCommands, type MapTarget } from './map-commands.ts'
import { type SeatAnswer, seatAnswer } from './seat-answer.ts'

/** Who asks. With a `requestId`, the same one within REQUEST_MEMORY_MS gets the same answer and has one effect (H9). */
export interface BuyerRequest {
  readonly buyer: UserId
  readonly requestId?: string | undefined
}

export interface HoldRequest extends BuyerRequest {
  /** The caller's hashed address; its held seats are counted when `addressMax` is given. */
  readonly address?: string | undefined
  readonly addressMax?: number | undefined
  /** The squatting budget, ms an hour (H12); 0 or absent: none. */
  readonly budgetMs?: number | undefined
}

/** What buyers do with seats: one script call each. */
export interface BuyerCommands {
  /** Holds all of the seats or none; adds to the buyer's one hold (H1, H4). */
  hold(target: MapTarget, request: HoldRequest & { readonly seats: readonly SeatIndex[] }): Promise<SeatAnswer>
  /** Holds the first candidate that is wholly free; `replace`: instead of the buyer's hold, with its clock. */
  holdFirstFree(
    target: MapTarget,
    request: HoldRequest & { readonly candidates: readonly (readonly SeatIndex[])[]; readonly replace: boolean },
  ): Promise<SeatAnswer>
  /** Takes `hold` and lets go of `release` in one step; limits count the net (H7). */
  swap(
    target: MapTarget,
    request: HoldRequest & { readonly release: readonly SeatIndex[]; readonly hold: readonly SeatIndex[] },
  ): Promise<SeatAnswer>
  /** Lets go of the seats that are the buyer's, without `seats` of all (H3, H6). Works whatever the sale's state is. */
  release(
    target: MapTarget,
    request: BuyerRequest & { readonly seats?: readonly SeatIndex[] | undefined },
  ): Promise<SeatAnswer>
  /** Keeps the final acknowledgement of a request: a repeat's answer carries it as `remembered`. False: forgotten already. */
  rememberAnswer(performance: PerformanceRef, buyer: UserId, requestId: string, json: string): Promise<boolean>
}

export type SeatCommands = BuyerCommands & MapCommands

const LUA = sourceIn(new URL('lua/', import.meta.url))

/** Every command on a map; `readSource` is for tests that put in their own clock. */
export function createSeatCommands(redis: Redis, readSource: ReadSource = LUA): SeatCommands {
  return { ...createBuyerCommands(redis, readSource), ...createMapCommands(redis, readSource) }
}

function createBuyerCommands(redis: Redis, readSource: ReadSource): BuyerCommands {
  const script = (name: string) => defineScript(redis, loadScript(name, readSource))
  const holdSeats = script('hold-seats')
  const holdFirstFree = script('hold-first-free')
  const swapSeats = script('swap-seats')
  const releaseHold = script('release-hold')
  const rememberAnswer = script('remember-answer')
  return {
    async hold(target, request) {
      const { epoch } = target
      const args = [epoch, request.buyer, randomUUIDv7(), limitsOf(request), JSON.stringify(request.seats)]
      return seatAnswer(await holdSeats(keysOf(target, request), args))
    },
    async holdFirstFree(target, request) {
      const { buyer, candidates, replace } = request
      const block = [JSON.stringify(candidates), replace ? '1' : '0']
      const args = [target.epoch, buyer, randomUUIDv7(), limitsOf(request), ...block]
      return seatAnswer(await holdFirstFree(keysOf(target, request), args))
    },
    async swap(target, request) {
      const { buyer, release, hold } = request
      const args = [target.epoch, buyer, JSON.stringify(release), limitsOf(request), JSON.stringify(hold)]
      return seatAnswer(await swapSeats(keysOf(target, request), args))
    },
    async release(target, request) {
      const seats = request.seats === undefined ? '' : JSON.stringify(request.seats)
      return seatAnswer(await releaseHold(keysOf(target, request), [target.epoch, request.buyer, seats]))
    },
    async rememberAnswer(performance, buyer, requestId, json) {
      const reply = await rememberAnswer({ request: requestKey(performance, buyer, requestId) }, [json])
      return Array.isArray(reply) && reply[0] === 'OK'
    },
  }
}

function keysOf(target: MapTarget, { buyer, requestId }: BuyerRequest): ScriptKeys {
  const keys = mapKeys(target)
  return requestId === undefined ? keys : { ...keys, request: requestKey(target, buyer, requestId) }
}

/** `''` without any limit, which is cheaper to read. */
function limitsOf({ address = '', addressMax = 0, budgetMs = 0 }: HoldRequest): string {
  return address === '' && addressMax === 0 && budgetMs === 0 ? '' : JSON.stringify({ address, addressMax, budgetMs })
}
