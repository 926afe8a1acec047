import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Redis } from 'ioredis'
import { type MapKeys, mapKeys, type PerformanceRef, requestKey } from '../../src/redis/keys.ts'
import { chainAfter, decodeEntry } from '../../src/redis/map-stream.ts'
import type { ReadSource } from '../../src/redis/scripts.ts'
import { createGroupCommands } from '../../src/seats/group-commands.ts'
import type { LoadedGroup, MapHold, MapTarget } from '../../src/seats/map-commands.ts'
import { createOrderCommands } from '../../src/seats/order-commands.ts'
import { createSeatCommands, type SeatCommands } from '../../src/seats/seat-commands.ts'
import { expectedContents, readContents, readHistory } from './map-contents.ts'
import { testClock, withTestClock } from './patched-lua.ts'
import { askGroupStep, type AskedStep, isGroupStep, loadedGroups, type StepCommands } from './group-steps.ts'
import { MapModel } from './map-model.ts'
import { BUYERS, REQUEST_IDS, SEAT_COUNT, type Sequence, START_MS, type Step } from './seat-sequence.ts'

/** Redis and the model disagree. */
export class ModelDifference extends Error {
  override readonly name = 'ModelDifference'
}

export type RunSequence = (sequence: Sequence, lane?: number) => Promise<void>

/**
 * Runs sequences on real scripts and on the model, and compares after every step. Lanes are performances of their own,
 * so that sequences of different lanes may run at once.
 */
export function createModelRun(redis: Redis, readSource?: ReadSource): RunSequence {
  const lua = withTestClock(readSource)
  const commands: AllCommands = {
    ...createSeatCommands(redis, lua),
    groups: createGroupCommands(redis, lua),
    orders: createOrderCommands(redis, lua),
  }
  return async (sequence, lane = 0) => {
    const run = new ModelRun(redis, commands, { id: `model-${lane}`, partition: 0 })
    await run.begin(sequence)
    for (const [place, step] of sequence.steps.entries()) await run.step(step, `step ${place} ${JSON.stringify(step)}`)
    await run.compareHistory()
  }
}

type AllCommands = SeatCommands & StepCommands

class ModelRun {
  private readonly model = new MapModel()
  /** The base snapshot that Redis must have. */
  private base = { epoch: '0', revision: '0', seats: '' }
  private readonly redis: Redis
  private readonly commands: AllCommands
  private readonly performance: PerformanceRef
  private readonly keys: MapKeys

  constructor(redis: Redis, commands: AllCommands, performance: PerformanceRef) {
    this.redis = redis
    this.commands = commands
    this.performance = performance
    this.keys = mapKeys(performance)
  }

  async begin({ facts, blocked, ordered, sold }: Sequence): Promise<void> {
    const { model, redis } = this
    model.nowMs = START_MS
    const requests = BUYERS.flatMap((buyer) => REQUEST_IDS.map((id) => requestKey(this.performance, buyer, id)))
    void redis.unlink(...Object.values(this.keys), ...requests)
    void redis.set(testClock(this.keys.meta), START_MS)
    await this.commands.loadMap(this.target(1), { facts, seatCount: SEAT_COUNT, blockedSeats: blocked, holds: [] })
    model.load(1, facts, SEAT_COUNT, blocked, [])
    for (const seat of [...ordered, ...sold]) {
      model.ground[seat] = ordered.includes(seat) ? 2 : 3
      void redis.setrange(this.keys.seats, seat, String(model.ground[seat]))
      void redis.hset(this.keys.owners, String(seat), 'o:o')
    }
    if (ordered.length > 0) {
      model.ordered.set('ann', ordered.length)
      void redis.hset(this.keys.buyers, 'ann', JSON.stringify({ holdId: '', held: 0, ordered: ordered.length }))
    }
    this.base = { epoch: '1', revision: '1', seats: model.ground.join('') }
    await redis.hset(this.keys.base, 'seats', this.base.seats)
  }

  async step(step: Step, name: string): Promise<void> {
    // Sent in this order on one connection: the time, the command, the look at what it did.
    if (step.do === 'wait') this.model.nowMs += step.ms
    void this.redis.set(testClock(this.keys.meta), this.model.nowMs)
    const told = this.ask(step)
    const [answer, contents] = await Promise.all([told, readContents(this.redis, this.keys)])
    const expected = this.predict(step, answer)
    same(`${name}: the reply`, answer, expected)
    const { chain: _, ...rest } = contents
    same(`${name}: the state`, rest, expectedContents(this.model))
  }

  async compareHistory(): Promise<void> {
    const { base, log } = await readHistory(this.redis, this.keys)
    const { chain: baseChain, ...baseFacts } = base
    same('the base', baseFacts, this.base)
    const entries = log.map(({ id, fields }) => decodeEntry(id, fields))
    same(
      'the log',
      entries.map(({ operations }) => operations),
      this.model.entries,
    )
    same(
      'its ids',
      log.map(({ id }) => id),
      this.model.entries.map((_, place) => `${this.model.epoch}-${place + 1}`),
    )
    const chains = entries.map(({ id, text }, place) => chainAfter(entries[place - 1]?.chain ?? '', id, text))
    same(
      'its chain',
      entries.slice(1).map(({ chain }) => chain),
      chains.slice(1),
    )
    same("the base's chain", baseChain, entries[Number(base['revision']) - 1]?.chain)
    const { chain, seats } = await readContents(this.redis, this.keys)
    same("the map's chain", chain, entries.at(-1)?.chain)
    const replayed = Array.from(base['seats'] ?? '', Number)
    for (const { operations } of entries.slice(Number(base['revision'])))
      for (const operation of operations)
        if ('c' in operation) for (const packed of operation.c) replayed[packed >> 3] = packed & 7
    same('the log replayed from the base', replayed.join(''), seats)
  }

  private target(epoch: number): MapTarget {
    return { ...this.performance, epoch }
  }

  private previous: MapHold[] = []
  private groups: LoadedGroup[] = []
  private asked: AskedStep | undefined

  private ask(step: Step): Promise<unknown> {
    const { commands, model } = this
    const target = this.target(model.epoch + ('shift' in step ? step.shift : 0))
    if (isGroupStep(step)) {
      this.asked = askGroupStep(commands, target, model, step)
      return this.asked.answer
    }
    switch (step.do) {
      case 'hold':
        return commands.hold(target, { ...step, ...step.limits })
      case 'best':
        return commands.holdFirstFree(target, { ...step, ...step.limits })
      case 'swap':
        return commands.swap(target, { ...step, ...step.limits })
      case 'release':
        return commands.release(target, step)
      case 'remember':
        return commands.rememberAnswer(target, step.buyer, step.requestId, step.json)
      case 'expire':
        return commands.expireDue(target)
      case 'sale':
        return commands.setSale(target, step.changes)
      case 'block':
        return commands.setBlocked(target, step)
      case 'checkpoint':
        return commands.checkpoint(target, step.entriesMin)
      case 'load':
        this.previous = this.mirrorHolds(step.previous)
        this.groups = loadedGroups(model, step.groups)
        return commands.loadMap(target, {
          facts: step.facts,
          seatCount: SEAT_COUNT,
          blockedSeats: step.blocked,
          holds: this.previous,
          groups: this.groups,
        })
      case 'leftover':
        return this.plantLeftover(step)
      case 'wait':
        break
    }
    return Promise.resolve(null)
  }

  /** Lets the model take the step; `answer` only lends it the id of a hold that begins. */
  private predict(step: Step, answer: unknown): unknown {
    const { model } = this
    const newId = (answer as { holdId?: string } | null)?.holdId ?? 'none'
    if ('shift' in step && step.shift !== 0 && step.do !== 'load')
      return { ok: false, code: 'WRONG_EPOCH', epoch: model.epoch }
    if (isGroupStep(step)) return this.asked?.predict(newId)
    switch (step.do) {
      case 'hold':
        return model.hold(step, step.seats, step.limits, newId)
      case 'best':
        return model.holdFirstFree(step, step.candidates, step.replace, step.limits, newId)
      case 'swap':
        return model.swap(step, step.release, step.hold, step.limits)
      case 'release':
        return model.release(step, step.seats)
      case 'remember':
        return model.remember(step, step.json)
      case 'expire': {
        const due = model.expire()
        return { ok: true, ...due, revision: model.revision }
      }
      case 'sale':
        model.setSale(step.changes)
        return { ok: true, revision: model.revision }
      case 'block': {
        const done = model.setBlocked(step.block, step.unblock)
        if (done === 'ok') return { ok: true, revision: model.revision, availableCount: model.availableCount }
        return done === 'BAD_REQUEST' ? { ok: false, code: done } : { ok: false, code: 'SEAT_TAKEN', seats: done }
      }
      case 'checkpoint': {
        model.forgetBudgets()
        const renewed = model.revision - Number(this.base.revision) >= step.entriesMin
        if (renewed) this.noteBase()
        return { ok: true, renewed }
      }
      case 'load':
        return this.predictLoad(step)
      case 'leftover':
      case 'wait':
        break
    }
    return null
  }

  private predictLoad(step: Extract<Step, { do: 'load' }>): unknown {
    const { model } = this
    const known = new Set([...model.holds.keys(), ...this.previous.map((hold) => hold.holdId)]).size
    if (!model.load(model.epoch + step.shift, step.facts, SEAT_COUNT, step.blocked, this.previous, this.groups))
      return { ok: false, code: 'WRONG_EPOCH', epoch: model.epoch }
    this.noteBase()
    return { ok: true, kept: model.holds.size, lost: known - model.holds.size }
  }

  private noteBase(): void {
    const { model } = this
    this.base = { epoch: String(model.epoch), revision: String(model.revision), seats: expectedContents(model).seats }
  }

  /** `mirror`: the holds as a mirror has them; `conflict`: one that no longer agrees with Redis. */
  private mirrorHolds(kind: 'none' | 'mirror' | 'conflict'): MapHold[] {
    const holds = [...this.model.holds].filter(([, hold]) => hold.owns)
    const [first] = holds
    if (kind === 'conflict' && first !== undefined)
      return [{ holdId: randomUUID(), buyer: 'cem', deadlineMs: first[1].deadlineMs, seats: first[1].seats }]
    return kind === 'mirror'
      ? holds.map(([holdId, { buyer, deadlineMs, seats }]) => ({ holdId, buyer, deadlineMs, seats }))
      : []
  }

  private plantLeftover({ buyer, inMs, seatsMax }: Extract<Step, { do: 'leftover' }>): Promise<null> {
    const { model, redis } = this
    const owned = [...model.holds.values()].flatMap((hold) => (hold.owns ? hold.seats : []))
    if (owned.length === 0) return Promise.resolve(null)
    const holdId = randomUUID()
    const record = {
      buyer,
      deadlineMs: model.nowMs + inMs,
      startedMs: model.nowMs,
      address: '',
      seats: owned.slice(0, seatsMax),
    }
    model.holds.set(holdId, { ...record, owns: false })
    void redis.hset(this.keys.holds, holdId, JSON.stringify(record))
    void redis.zadd(this.keys.deadlines, record.deadlineMs, holdId)
    return Promise.resolve(null)
  }
}

function same(what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return
  throw new ModelDifference(`${what}: Redis has ${JSON.stringify(actual)}, the model ${JSON.stringify(expected)}`)
}
