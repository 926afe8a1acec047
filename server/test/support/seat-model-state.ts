import type { MapOperation } from '../../src/redis/map-stream.ts'
import type { SaleFacts } from '../../src/seats/map-commands.ts'
import type { SeatOutcome } from '../../src/seats/seat-answer.ts'

/** A hold as Redis keeps it. `owns` false: a record left over from a lost history, whose seats belong to others. */
export interface ModelHold {
  readonly buyer: string
  readonly deadlineMs: number
  readonly startedMs: number
  readonly address: string
  seats: number[]
  readonly owns: boolean
  /** Of a group's hold only, as are the others below: seats by whom they count against. */
  shares?: Record<string, number>
  host?: string
  extended?: 0 | 1
}

/** An order on its way to PostgreSQL, or confirmed. `group`: how its seats go back to a group's hold. */
export interface ModelOrder {
  readonly buyer: string
  readonly deadlineMs: number
  readonly startedMs: number
  readonly seats: number[]
  readonly holdId: string
  readonly holdDeadlineMs: number
  readonly address: string
  /** Whom seats of it count against when that is not its buyer. */
  readonly countsFor?: Readonly<Record<number, string>>
  readonly group?: ModelOrderGroup
}

export interface ModelOrderGroup {
  readonly holder: string
  readonly host: string
  readonly startedMs: number
  readonly extended: 0 | 1
  readonly orders: readonly string[]
  readonly shares: Readonly<Record<string, number>>
}

/** Who is in a group, by its holder. */
export interface ModelGroup {
  readonly version: number
  readonly host: string
  members: readonly string[]
}

export interface ModelLimits {
  readonly address: string
  readonly addressMax: number
  readonly budgetMs: number
}

export type SeatRefusal = SeatOutcome & { readonly ok: false }

/** Source: SPEC H12. */
export const HOUR_MS = 3_600_000

/** The model's state and what follows from it: who owns what, what is refused. Nothing here changes it. */
export class SeatModelState {
  nowMs = 1_000_000
  epoch = 0
  facts: SaleFacts = { status: 'on_sale', opensAtMs: 0, holdMs: 1, maxSeatsPerBuyer: 1 }
  /** The states of seats that no hold owns: 0 free, 2 ordered, 3 sold, 4 blocked. */
  ground: number[] = []
  holds = new Map<string, ModelHold>()
  /** Ordered seats of a buyer. */
  ordered = new Map<string, number>()
  budgets = new Map<string, { windowStartMs: number; usedMs: number }>()
  groups = new Map<string, ModelGroup>()
  orders = new Map<string, ModelOrder>()
  /** Since when each order that is not confirmed has its seats. */
  locks = new Map<string, number>()
  /** The operations of each entry of the epoch; entry i has revision i + 1. */
  entries: MapOperation[][] = []
  get revision(): number {
    return this.entries.length
  }

  holdOf(buyer: string): [string, ModelHold] | undefined {
    return [...this.holds].find(([, hold]) => hold.owns && hold.buyer === buyer)
  }

  holderOf(seat: number): [string, ModelHold] | undefined {
    return [...this.holds].find(([, hold]) => hold.owns && hold.seats.includes(seat))
  }

  /** The holder of the group that somebody is in. */
  groupOf(buyer: string): string | undefined {
    return [...this.groups].find(([, { members }]) => members.includes(buyer))?.[0]
  }

  /** Ordered seats that count against a buyer, those that were planted too. */
  orderedBy(buyer: string): number {
    const shares = [...this.orders.values()].map((order) => orderShares(order, order.seats)[buyer] ?? 0)
    return shares.reduce((sum, share) => sum + share, this.ordered.get(buyer) ?? 0)
  }

  /** Seats that count against a member. */
  shareOf(member: string): number {
    return this.holdOf(this.groupOf(member) ?? '')?.[1].shares?.[member] ?? 0
  }

  protected refusalInGroup(buyer: string): SeatOutcome | undefined {
    const holder = this.groupOf(buyer)
    return holder === undefined ? undefined : { ok: false, code: 'IN_GROUP', groupId: holder.slice(2) }
  }

  protected wholeHold(buyer: string): SeatOutcome {
    const [holdId, hold] = this.holdOf(buyer) ?? [null, undefined]
    const expiresInMs = hold === undefined ? 0 : hold.deadlineMs - this.nowMs
    return { ok: true, holdId, seats: hold?.seats ?? [], expiresInMs, epoch: this.epoch, revision: this.revision }
  }

  protected refusalNow(buyer: string, { budgetMs }: ModelLimits, payer = buyer): SeatRefusal | undefined {
    const { status, opensAtMs } = this.facts
    if (status !== 'on_sale' && !(status === 'scheduled' && opensAtMs > 0 && opensAtMs <= this.nowMs))
      return refused('NOT_ON_SALE')
    const window = this.budgetOf(payer)
    if (this.holdOf(buyer) !== undefined || budgetMs === 0 || window === undefined) return undefined
    const retryInMs = window.windowStartMs + HOUR_MS - this.nowMs
    return window.usedMs >= budgetMs ? { ok: false, code: 'COOL_DOWN', retryInMs } : undefined
  }

  /** The buyer's window, unless it is over. */
  protected budgetOf(buyer: string): { windowStartMs: number; usedMs: number } | undefined {
    const window = this.budgets.get(buyer)
    return window !== undefined && window.windowStartMs + HOUR_MS > this.nowMs ? window : undefined
  }

  protected isOver(buyer: string, growth: number, limits: ModelLimits): boolean {
    const held = this.holdOf(buyer)?.[1].seats.length ?? 0
    if (growth > 0 && held + this.orderedBy(buyer) + growth > this.facts.maxSeatsPerBuyer) return true
    return this.isOverFromAddress(buyer, growth, limits)
  }

  protected isOverFromAddress(buyer: string, growth: number, limits: ModelLimits): boolean {
    if (growth <= 0) return false
    const address = this.holdOf(buyer)?.[1].address ?? limits.address
    return address !== '' && limits.addressMax > 0 && this.heldFrom(address) + growth > limits.addressMax
  }

  heldFrom(address: string): number {
    return [...this.holds.values()].reduce(
      (sum, hold) => sum + (hold.owns && hold.address === address ? hold.seats.length : 0),
      0,
    )
  }

  get availableCount(): number {
    return this.ground.filter((_, seat) => this.isFree(seat)).length
  }

  protected isFree(seat: number): boolean {
    const isOrdered = [...this.orders.values()].some(({ seats }) => seats.includes(seat))
    return this.ground[seat] === 0 && this.holderOf(seat) === undefined && !isOrdered
  }

  protected isSeatList(seats: readonly number[]): boolean {
    const inRange = seats.every((seat) => Number.isInteger(seat) && seat >= 0 && seat < this.ground.length)
    return seats.length > 0 && inRange && new Set(seats).size === seats.length
  }
}

/** How many of an order's seats count against each. */
export function orderShares(
  { buyer, countsFor }: Pick<ModelOrder, 'buyer' | 'countsFor'>,
  seats: readonly number[],
): Record<string, number> {
  const shares: Record<string, number> = {}
  for (const seat of seats) {
    const whose = countsFor?.[seat] ?? buyer
    shares[whose] = (shares[whose] ?? 0) + 1
  }
  return shares
}

export const refused = (
  code: 'NO_HOLD' | 'LIMIT_EXCEEDED' | 'NOT_ON_SALE' | 'BAD_REQUEST' | 'REQUEST_ID_REUSED',
): SeatRefusal => ({
  ok: false,
  code,
})
