import type { MapOperation } from '../../src/redis/map-stream.ts'
import type { SaleFacts } from '../../src/seats/map-commands.ts'
import { HOUR_MS, type ModelHold, type ModelLimits, refused, SeatModelState } from './seat-model-state.ts'
import type { SeatAnswer, SeatOutcome } from '../../src/seats/seat-answer.ts'

export interface ModelRequest {
  readonly buyer: string
  readonly requestId?: string | undefined
}

/**
 * What the Lua scripts must do, in plain TypeScript: seats, holds and orders are the state; owners, buyers' records and
 * counts of addresses are derived from them. Time is a field that the test moves.
 */
export class SeatModel extends SeatModelState {
  protected readonly answers = new Map<string, { readonly command: string; readonly told: SeatAnswer }>()
  protected operations: MapOperation[] = []

  hold(request: ModelRequest, seats: readonly number[], limits: ModelLimits, newId: string): SeatAnswer {
    return this.answering('hold', request, () => {
      if (!this.isSeatList(seats)) return refused('BAD_REQUEST')
      this.endIfOverdue(this.holdOf(request.buyer))
      const refusal = this.refusalInGroup(request.buyer) ?? this.refusalNow(request.buyer, limits)
      if (refusal !== undefined) return refusal
      const { free, taken } = this.look(seats, request.buyer)
      if (this.isOver(request.buyer, free.length + taken.length, limits)) return refused('LIMIT_EXCEEDED')
      if (taken.length > 0) return { ok: false, code: 'SEAT_TAKEN', seats: taken }
      return this.change(request.buyer, free, [], 'held', limits, newId)
    })
  }

  holdFirstFree(
    request: ModelRequest,
    candidates: readonly (readonly number[])[],
    replace: boolean,
    limits: ModelLimits,
    newId: string,
  ): SeatOutcome {
    return this.answering('holdFirstFree', request, () => {
      if (!candidates.every((block) => this.isSeatList(block))) return refused('BAD_REQUEST')
      this.endIfOverdue(this.holdOf(request.buyer))
      const refusal = this.refusalInGroup(request.buyer) ?? this.refusalNow(request.buyer, limits)
      if (refusal !== undefined) return refusal
      const mine = this.holdOf(request.buyer)?.[1].seats ?? []
      const block = candidates.find((seats) =>
        seats.every((seat) => {
          if (mine.includes(seat)) return replace
          return this.look([seat], request.buyer).free.length === 1
        }),
      )
      if (block === undefined) return this.noBlock()
      const joining = block.filter((seat) => !mine.includes(seat))
      const leaving = replace ? mine.filter((seat) => !block.includes(seat)) : []
      if (this.isOver(request.buyer, joining.length - leaving.length, limits)) return refused('LIMIT_EXCEEDED')
      return this.change(
        request.buyer,
        joining,
        leaving,
        replace && mine.length > 0 ? 'swapped' : 'held',
        limits,
        newId,
      )
    })
  }

  private noBlock(): SeatOutcome {
    this.append()
    return { ok: false, code: 'NO_BLOCK', epoch: this.epoch, revision: this.revision }
  }

  swap(request: ModelRequest, release: readonly number[], seats: readonly number[], limits: ModelLimits): SeatAnswer {
    return this.answering('swap', request, () => {
      if (!this.isSeatList(release) || !this.isSeatList(seats)) return refused('BAD_REQUEST')
      const barred = this.refusalInGroup(request.buyer)
      if (barred !== undefined) return barred
      this.endIfOverdue(this.holdOf(request.buyer))
      const mine = this.holdOf(request.buyer)?.[1].seats
      if (mine === undefined) return refused('NO_HOLD')
      const refusal = this.refusalNow(request.buyer, limits)
      if (refusal !== undefined) return refusal
      const { free, taken } = this.look(seats, request.buyer)
      const leaving = release.filter((seat) => mine.includes(seat) && !seats.includes(seat))
      if (this.isOver(request.buyer, free.length + taken.length - leaving.length, limits))
        return refused('LIMIT_EXCEEDED')
      if (taken.length > 0) return { ok: false, code: 'SEAT_TAKEN', seats: taken }
      return this.change(request.buyer, free, leaving, 'swapped', limits, '')
    })
  }

  release(request: ModelRequest, seats: readonly number[] | undefined): SeatAnswer {
    return this.answering('release', request, () => {
      if (seats !== undefined && !this.isSeatList(seats)) return refused('BAD_REQUEST')
      const barred = this.refusalInGroup(request.buyer)
      if (barred !== undefined) return barred
      this.endIfOverdue(this.holdOf(request.buyer))
      const own = this.holdOf(request.buyer)
      if (own === undefined) return this.wholeHold(request.buyer)
      const leaving = (seats ?? own[1].seats).filter((seat) => own[1].seats.includes(seat))
      if (leaving.length === own[1].seats.length) this.end(own[0], own[1], 'released')
      else return this.change(request.buyer, [], leaving, 'released', NO_LIMITS, '')
      return this.wholeHold(request.buyer)
    })
  }

  expire(): { ended: number; opened: boolean; nextInMs: number | null } {
    const overdue = [...this.holds]
      .filter(([, hold]) => hold.deadlineMs <= this.nowMs)
      .toSorted(([a, x], [b, y]) => x.deadlineMs - y.deadlineMs || (a < b ? -1 : 1))
    for (const [holdId, hold] of overdue) this.end(holdId, hold, 'expired')
    const { status, opensAtMs } = this.facts
    const opened = status === 'scheduled' && opensAtMs > 0 && opensAtMs <= this.nowMs
    if (opened) this.sale({ status: 'on_sale' })
    this.append()
    const due = [...this.holds.values()].map((hold) => hold.deadlineMs)
    if (this.facts.status === 'scheduled' && opensAtMs > 0) due.push(opensAtMs)
    return { ended: overdue.length, opened, nextInMs: due.length === 0 ? null : Math.min(...due) - this.nowMs }
  }

  setSale(changes: Partial<SaleFacts>): void {
    this.sale(changes)
    this.append()
  }

  setBlocked(block: readonly number[], unblock: readonly number[]): 'ok' | 'BAD_REQUEST' | number[] {
    const bad = [block, unblock].some((seats) => seats.length > 0 && !this.isSeatList(seats))
    if (bad || block.some((seat) => unblock.includes(seat))) return 'BAD_REQUEST'
    for (const seat of block) this.endIfOverdue(this.holderOf(seat))
    const taken = block.filter((seat) => !this.isFree(seat) && this.ground[seat] !== 4)
    const toBlock = block.filter((seat) => this.isFree(seat))
    const toFree = unblock.filter((seat) => this.ground[seat] === 4)
    if (taken.length === 0) {
      for (const seat of toBlock) this.ground[seat] = 4
      for (const seat of toFree) this.ground[seat] = 0
      const c = [...toBlock.map((seat) => seat * 8 + 4), ...toFree.map((seat) => seat * 8)]
      if (c.length > 0) this.operations.push({ k: 'seats', c })
    }
    this.append()
    return taken.length === 0 ? 'ok' : taken
  }

  /** Forgets budgets as a checkpoint does, which looks at all of so few. */
  forgetBudgets(): void {
    for (const [buyer, { windowStartMs }] of this.budgets)
      if (windowStartMs + 2 * HOUR_MS <= this.nowMs) this.budgets.delete(buyer)
  }

  remember({ buyer, requestId }: ModelRequest, json: string): boolean {
    const key = `${buyer}:${requestId}`
    const known = this.answers.get(key)
    if (known !== undefined) this.answers.set(key, { ...known, told: { ...known.told, remembered: json } })
    return known !== undefined
  }

  protected answering(command: string, { buyer, requestId }: ModelRequest, act: () => SeatOutcome): SeatAnswer {
    const key = `${buyer}:${requestId}`
    const known = requestId === undefined ? undefined : this.answers.get(key)
    if (known !== undefined) return known.command === command ? known.told : refused('REQUEST_ID_REUSED')
    const answer = act()
    this.append()
    // The hold is told as it is after the entry.
    const told = answer.ok ? this.wholeHold(buyer) : answer
    if (requestId !== undefined) this.answers.set(key, { command, told })
    return told
  }

  protected look(seats: readonly number[], buyer: string): { free: number[]; taken: number[] } {
    const free: number[] = []
    const taken: number[] = []
    for (const seat of seats) {
      const holder = this.holderOf(seat)
      if (holder?.[1].buyer === buyer) continue
      this.endIfOverdue(holder)
      if (this.isFree(seat)) free.push(seat)
      else taken.push(seat)
    }
    return { free, taken }
  }

  protected change(
    buyer: string,
    joining: readonly number[],
    leaving: readonly number[],
    reason: 'held' | 'swapped' | 'released',
    limits: ModelLimits,
    newId: string,
  ): SeatOutcome {
    if (joining.length === 0 && leaving.length === 0) return this.wholeHold(buyer)
    let own = this.holdOf(buyer)
    if (own === undefined) {
      own = [
        newId,
        {
          buyer,
          deadlineMs: this.nowMs + this.facts.holdMs,
          startedMs: this.nowMs,
          address: limits.address,
          seats: [],
          owns: true,
        },
      ]
      this.holds.set(...own)
      if (limits.budgetMs > 0) this.openBudget(buyer)
    }
    const [holdId, hold] = own
    hold.seats = [...hold.seats.filter((seat) => !leaving.includes(seat)), ...joining]
    const c = [...joining.map((seat) => seat * 8 + 1), ...leaving.map((seat) => seat * 8)]
    this.operations.push({ k: 'hold', h: holdId, b: buyer, d: hold.deadlineMs, s: hold.seats, r: reason, c })
    return this.wholeHold(buyer)
  }

  protected endIfOverdue(holder: [string, ModelHold] | undefined): void {
    if (holder !== undefined && holder[1].deadlineMs <= this.nowMs) this.end(...holder, 'expired')
  }

  protected end(holdId: string, hold: ModelHold, reason: 'expired' | 'released'): void {
    this.holds.delete(holdId)
    // A caller's copy of a hold may claim to have begun later than now: it lasted for no time.
    this.charge(hold.host ?? hold.buyer, Math.max(0, Math.min(this.nowMs, hold.deadlineMs) - hold.startedMs))
    const c = hold.owns ? hold.seats.map((seat) => seat * 8) : []
    this.operations.push({ k: 'hold', h: holdId, b: hold.buyer, d: hold.deadlineMs, s: [], r: reason, c })
  }

  protected charge(buyer: string, lastedMs: number): void {
    const window = this.budgetOf(buyer)
    if (window !== undefined) window.usedMs += lastedMs
    else if (this.budgets.has(buyer))
      this.budgets.set(buyer, { windowStartMs: this.nowMs - lastedMs, usedMs: lastedMs })
  }

  protected openBudget(buyer: string): void {
    if (this.budgetOf(buyer) === undefined) this.budgets.set(buyer, { windowStartMs: this.nowMs, usedMs: 0 })
  }

  private sale(changes: Partial<SaleFacts>): void {
    const facts = { ...this.facts, ...changes }
    if (JSON.stringify(facts) === JSON.stringify(this.facts)) return
    this.facts = facts
    this.operations.push({ k: 'sale', status: facts.status, opensAtMs: facts.opensAtMs })
  }

  protected append(): void {
    if (this.operations.length > 0) this.entries.push(this.operations)
    this.operations = []
  }
}

const NO_LIMITS: ModelLimits = { address: '', addressMax: 0, budgetMs: 0 }
