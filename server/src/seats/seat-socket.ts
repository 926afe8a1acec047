import { setTimeout as delay } from 'node:timers/promises'
import type { SeatIndex } from '@seatcast/shared/domain/ids.ts'
import type { AnyCommandRefusal } from '@seatcast/shared/protocol/refusal.ts'
import type { Accepted, Command, Refused, RequestOf } from '@seatcast/shared/protocol/command.ts'
import { holdBest, holdSeats, releaseSeats, swapSeats } from '@seatcast/shared/protocol/hold.ts'
import type { Logger } from 'pino'
import type { Limits } from '../config.ts'
import { accept, commandHandler, refuse, type Caller, type CommandHandler } from '../socket/command-handler.ts'
import { TokenBuckets } from '../socket/token-bucket.ts'
import type { SeatAnswer, SeatOutcome } from './seat-answer.ts'
import type { BuyerCommands } from './seat-commands.ts'
import { alternativesFor, candidatesFor, splitFor, whileClaimed, wishOf, type ChoosableMap } from './seat-choice.ts'
import type { MapTarget } from './map-commands.ts'
import { spareTime } from './spare-time.ts'
import { untilSeen } from './until-seen.ts'

/** A live map as the seat commands need it. */
export interface SaleMap extends ChoosableMap {
  readonly target: MapTarget
}

export interface SeatSocketOptions {
  readonly commands: BuyerCommands
  /** The performance's live map, or why there is none now. */
  readonly open: (performanceId: string) => Promise<SaleMap | Refused<'NOT_FOUND' | 'MAP_RELOADING'>>
  readonly limits: Limits
  /** Every hold needs the waiting room's admission. */
  readonly admissionRequired: boolean
  readonly log: Logger
}

/** The map is in another epoch or not there: how soon it is worth asking again, ms. Source: a rebuild takes about 100 ms. */
const RELOADING_RETRY_MS = 300
/** A limit of this many seats per address is none. Source: config's demo limits. */
const ADDRESS_UNLIMITED = 1_000_000

/** How long one request goes on choosing while others take what it chose, ms. Source: group-rush.e2e.test.ts: 1,000 at once. */
const CHOOSING_MS = 3_000
/** Those who missed together do not choose together: up to this long apart, ms. Source: a guess: a few holds. */
const APART_MS = 20

/** What the log says of a command that did its work; `seatCount` is what the hold then has. */
const DONE = {
  [holdSeats.event]: 'seats held',
  [holdBest.event]: 'seats held',
  [swapSeats.event]: 'seats swapped',
  [releaseSeats.event]: 'seats released',
} as const

type HoldCommand = typeof holdSeats | typeof holdBest | typeof swapSeats | typeof releaseSeats
type RefusalsOf<C extends Command> = Refused<C['refusals'][number] | AnyCommandRefusal>
type Refusal = SeatOutcome & { readonly ok: false }
/** What a refusal says beside what the script said. */
type Facts = Pick<Refused, 'alternatives' | 'split' | 'epoch' | 'revision'>
type Asked = { readonly performanceId: string; readonly requestId?: string | undefined }

/** Binds seats:hold, best, swap and release to their scripts. Who asks comes from the handshake, never from the payload. */
export function seatHandlers(options: SeatSocketOptions): CommandHandler[] {
  const { commands, limits, log } = options
  const holdsPerSecond = new TokenBuckets(limits.holdsPerSecondPerBuyer)
  const inSpareTime = spareTime()
  const alternatives =
    (caller: Caller, map: SaleMap, wanted: readonly SeatIndex[]) =>
    (refusal: Refusal): Facts => {
      if (refusal.code !== 'SEAT_TAKEN') return {}
      return { alternatives: inSpareTime(() => alternativesFor(map, wanted, refusal.seats, caller.data.userId), []) }
    }

  /** Why this caller may not hold anything now, before any work. */
  const barred = (caller: Caller, performanceId: string): Refused<'ADMISSION_REQUIRED' | 'RATE_LIMITED'> | null => {
    if (options.admissionRequired && caller.data.admission !== performanceId) return refuse('ADMISSION_REQUIRED')
    const retryInMs = holdsPerSecond.take(caller.data.userId, Date.now())
    return retryInMs > 0 ? refuse('RATE_LIMITED', { retryInMs }) : null
  }

  const holdRequest = (caller: Caller, { performance }: SaleMap, { requestId }: Asked) => ({
    buyer: caller.data.userId,
    requestId,
    ...(limits.heldSeatsPerAddress < ADDRESS_UNLIMITED && {
      address: caller.data.addressHash,
      addressMax: limits.heldSeatsPerAddress,
    }),
    ...(limits.squattingBudget && { budgetMs: 2_000 * (performance.holdSeconds + performance.paymentSeconds) }),
  })

  /** Answers; a repeat of a remembered request gets what was answered then, and facts beside the script's own are remembered (H9). */
  const settle = async <C extends HoldCommand>(
    command: C,
    { caller, map, request }: { caller: Caller; map: SaleMap; request: Asked },
    answer: SeatAnswer,
    moreFacts: (refusal: Refusal) => Facts = () => ({}),
  ): Promise<Accepted<C> | RefusalsOf<C>> => {
    if (answer.remembered !== undefined) return JSON.parse(answer.remembered) as Accepted<C> | RefusalsOf<C>
    const line = { performanceId: request.performanceId, userId: caller.data.userId }
    if (answer.ok) {
      const { holdId, seats } = answer
      log.info({ ...line, holdId, seatCount: seats.length }, DONE[command.event])
      return held(answer)
    }
    log.debug({ ...line, event: command.event, code: answer.code }, 'seats refused')
    const facts = moreFacts(answer)
    const refusal = { ...refusalOf(command, answer), ...facts }
    // A script remembers its own answer; facts beside it, and the end of several rounds, it does not know.
    const isOurs = Object.keys(facts).length > 0 || refusal.code === 'NO_BLOCK'
    if (isOurs && request.requestId !== undefined)
      await commands.rememberAnswer(map.target, caller.data.userId, request.requestId, JSON.stringify(refusal))
    return refusal
  }

  const best = async (caller: Caller, map: SaleMap, request: RequestOf<typeof holdBest>) => {
    const found = wishOf(map, request)
    if (!('wish' in found)) return refuse('BAD_REQUEST', { errors: [found] })
    const { wish } = found
    const replace = request.replace === true
    const own = () => (replace ? (map.mirror.holdOf(caller.data.userId)?.seats ?? []) : [])
    const asked = holdRequest(caller, map, request)
    const { requestId } = request
    const until = performance.now() + CHOOSING_MS
    let answer: SeatAnswer | undefined
    // The state of the map in which the mirror shows no block: what a refusal names (A7).
    let seen = map.mirror.position
    for (let round = 1; ; round++) {
      seen = map.mirror.position
      const candidates = candidatesFor(map, wish, own())
      if (answer !== undefined && candidates.length === 0) break
      if (performance.now() > until) return refuse('OVERLOADED', { retryInMs: CHOOSING_MS })
      // Each round is a request of its own, so that a repeat of the whole finds every round's answer again (H9).
      const roundId = requestId === undefined || round === 1 ? requestId : `${requestId}:${round}`
      const call = { ...asked, requestId: roundId, candidates, replace }
      answer = await whileClaimed(map, candidates[0] ?? [], () => commands.holdFirstFree(map.target, call))
      if (candidates.length === 0 || !isMissed(answer)) break
      await untilSeen(map.mirror, answer)
      await delay(Math.random() * APART_MS)
    }
    return settle(holdBest, { caller, map, request }, answer, (refusal) => {
      if (refusal.code !== 'NO_BLOCK') return {}
      const split = inSpareTime(() => splitFor(map, wish, own()), undefined)
      return { epoch: seen.epoch, revision: seen.revision, ...(split !== undefined && { split }) }
    })
  }

  return [
    commandHandler(holdSeats, async (caller, request) => {
      const barrier = barred(caller, request.performanceId)
      if (barrier !== null) return barrier
      const map = await options.open(request.performanceId)
      if ('code' in map) return map
      const answer = await commands.hold(map.target, { ...holdRequest(caller, map, request), seats: request.seats })
      return settle(holdSeats, { caller, map, request }, answer, alternatives(caller, map, request.seats))
    }),
    commandHandler(holdBest, async (caller, request) => {
      const barrier = barred(caller, request.performanceId)
      if (barrier !== null) return barrier
      const map = await options.open(request.performanceId)
      return 'code' in map ? map : await best(caller, map, request)
    }),
    commandHandler(swapSeats, async (caller, request) => {
      const barrier = barred(caller, request.performanceId)
      if (barrier !== null) return barrier
      const map = await options.open(request.performanceId)
      if ('code' in map) return map
      const { release, hold } = request
      const answer = await commands.swap(map.target, { ...holdRequest(caller, map, request), release, hold })
      return settle(swapSeats, { caller, map, request }, answer, alternatives(caller, map, hold))
    }),
    commandHandler(releaseSeats, async (caller, request) => {
      const map = await options.open(request.performanceId)
      if ('code' in map) return map
      const { seats, requestId } = request
      const answer = await commands.release(map.target, { buyer: caller.data.userId, seats, requestId })
      return settle(releaseSeats, { caller, map, request }, answer)
    }),
  ]
}

/** The best blocks were all taken; a remembered answer is final. */
const isMissed = (answer: SeatAnswer): answer is SeatAnswer & { readonly ok: false; readonly code: 'NO_BLOCK' } =>
  !answer.ok && answer.code === 'NO_BLOCK' && answer.remembered === undefined

const held = ({ holdId, seats, expiresInMs, epoch, revision }: SeatOutcome & { ok: true }) =>
  accept({ holdId, seats: [...seats], expiresInMs, epoch, revision })

/** A script's refusal on the wire. One that the command does not declare is a fault. */
function refusalOf<C extends Command>(command: C, refusal: Refusal): RefusalsOf<C> {
  const { code } = refusal
  if (code === 'WRONG_EPOCH' || code === 'NO_MAP') return refuse('MAP_RELOADING', { retryInMs: RELOADING_RETRY_MS })
  if (code === 'BAD_REQUEST')
    return refuse(code, { errors: [{ path: '', message: 'names a seat that this layout does not have' }] })
  if (code === 'REQUEST_ID_REUSED')
    return refuse('BAD_REQUEST', { errors: [{ path: '/requestId', message: "is another command's" }] })
  if (!command.refusals.includes(code)) throw new Error(`${command.event} does not declare its refusal ${code}`)
  return refuse(code as C['refusals'][number], {
    ...(code === 'SEAT_TAKEN' && { seats: refusal.seats }),
    ...(code === 'COOL_DOWN' && { retryInMs: refusal.retryInMs }),
    ...(code === 'IN_GROUP' && { groupId: refusal.groupId }),
  })
}
