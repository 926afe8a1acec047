import type { GroupAnswer, SeatAssignment } from '../../src/seats/group-answer.ts'
import type { GroupBlock, GroupMembers } from '../../src/seats/group-commands.ts'
import { SeatModel, type ModelRequest } from './seat-model.ts'
import { type ModelHold, type ModelLimits, refused } from './seat-model-state.ts'

/** What the scripts of groups must do: a group's hold is a hold of `g_<groupId>` whose seats count against its members. */
export class GroupModel extends SeatModel {
  setMembers(group: GroupMembers, groupHoldMs: number, newId: string): GroupAnswer {
    const holder = `g_${group.groupId}`
    const known = this.groups.get(holder)
    this.endIfOverdue(this.holdOf(holder))
    if (known !== undefined && known.version > group.version) return this.groupsHold(holder)
    if (group.members.length === 0) this.endOf(holder)
    const hold = this.holdOf(holder)?.[1]
    if (hold !== undefined) hold.host = group.host
    for (const member of known?.members ?? [])
      if (!group.members.includes(member) && hold !== undefined) passShare(hold, member)
    const newcomers = group.members.filter((member) => known?.members.includes(member) !== true)
    if (group.members.length === 0) this.groups.delete(holder)
    else this.groups.set(holder, { version: group.version, host: group.host, members: [] })
    const joined: Record<number, string> = {}
    const joining = { holder, host: group.host, groupHoldMs, newId, isNew: hold === undefined, joined }
    for (const member of newcomers) {
      this.leaveOther(member)
      this.joinSeats(member, joining)
    }
    const present = this.groups.get(holder)
    if (present !== undefined) present.members = group.members
    const own = this.holdOf(holder)
    if (own !== undefined && Object.keys(joined).length > 0) this.tell(own, 'held')
    return this.groupsHold(holder, joined)
  }

  holdBlock(
    request: ModelRequest & { readonly groupId: string; readonly holdId: string | undefined },
    candidates: readonly GroupBlock[],
    groupHoldMs: number,
    limits: ModelLimits,
    newId: string,
  ): GroupAnswer {
    const holder = `g_${request.groupId}`
    const { requestId, buyer } = request
    const key = `${buyer}:${requestId}`
    const known = requestId === undefined ? undefined : this.groupAnswers.get(key)
    if (known !== undefined) return known
    if (requestId !== undefined && this.answers.has(key)) return { ok: false, code: 'REQUEST_ID_REUSED' }
    const answer = this.takeBlock(holder, request.holdId, candidates, groupHoldMs, limits, newId)
    this.append()
    const told = this.toldOf(holder, answer)
    if (requestId !== undefined && answer !== undefined) {
      this.groupAnswers.set(key, told)
      // Its id is no other command's any more.
      this.answers.set(key, { command: 'block', told: refused('REQUEST_ID_REUSED') })
    }
    return told
  }

  override remember(request: ModelRequest, json: string): boolean {
    const key = `${request.buyer}:${request.requestId}`
    const told = this.groupAnswers.get(key)
    if (told !== undefined) this.groupAnswers.set(key, { ...told, remembered: json })
    return super.remember(request, json)
  }

  releaseBlock(groupId: string, holdId: string | undefined): GroupAnswer {
    const holder = `g_${groupId}`
    this.endIfOverdue(this.holdOf(holder))
    if (holdId === undefined || this.holdOf(holder)?.[0] === holdId) this.endOf(holder)
    return this.groupsHold(holder)
  }

  extend(groupId: string, holdId: string, byMs: number): GroupAnswer {
    const holder = `g_${groupId}`
    this.endIfOverdue(this.holdOf(holder))
    const own = this.holdOf(holder)
    if (own?.[0] !== holdId || own[1].extended === 1) {
      this.append()
      return { ok: false, code: own?.[0] === holdId ? 'LIMIT_EXCEEDED' : 'NO_HOLD' }
    }
    const extended: ModelHold = { ...own[1], deadlineMs: own[1].deadlineMs + byMs, extended: 1 }
    this.holds.set(holdId, extended)
    this.tell([holdId, extended], 'held')
    return this.groupsHold(holder)
  }

  protected readonly groupAnswers = new Map<string, GroupAnswer>()

  private toldOf(holder: string, answer: ReturnType<GroupModel['takeBlock']>): GroupAnswer {
    if (answer === undefined) return { ok: false, code: 'NO_GROUP' }
    if ('assigned' in answer) return this.groupsHold(holder, answer.assigned)
    // Known only after the entry.
    return {
      ...answer,
      ...(answer.code === 'NO_BLOCK' && { epoch: this.epoch, revision: this.revision }),
    } as GroupAnswer
  }

  /** The taken block's assignment, what refused it, or undefined: there is no such group. */
  private takeBlock(
    holder: string,
    holdId: string | undefined,
    candidates: readonly GroupBlock[],
    groupHoldMs: number,
    limits: ModelLimits,
    newId: string,
  ) {
    if (!candidates.every(({ seats }) => this.isSeatList(seats))) return refused('BAD_REQUEST')
    const group = this.groups.get(holder)
    if (group === undefined) return undefined
    this.endIfOverdue(this.holdOf(holder))
    if (holdId !== undefined && this.holdOf(holder)?.[0] !== holdId) return refused('NO_HOLD')
    const barred = this.refusalNow(holder, limits, group.host)
    let takenOfFirst: number[] | undefined
    for (const { seats, assigned } of candidates) {
      const { free, taken } = this.look(seats, holder)
      takenOfFirst ??= taken
      if (taken.length > 0 || (barred !== undefined && free.length > 0)) continue
      const leaving = this.holdOf(holder)?.[1].seats.filter((seat) => !seats.includes(seat)) ?? []
      const shares = sharesOf(seats, assigned, group.host)
      const members = Object.keys(shares)
      if (!members.every((member) => group.members.includes(member))) return refused('BAD_REQUEST')
      if (members.some((member) => this.isAbove(member, shares[member] ?? 0))) return refused('LIMIT_EXCEEDED')
      if (this.isOverFromAddress(holder, free.length - leaving.length, limits)) return refused('LIMIT_EXCEEDED')
      const reason = leaving.length === 0 ? 'held' : free.length === 0 ? 'released' : 'swapped'
      this.changeBlock(holder, free, leaving, reason, { limits, host: group.host, groupHoldMs, newId, shares })
      return { assigned }
    }
    return barred ?? { ok: false as const, code: 'NO_BLOCK' as const, seats: takenOfFirst ?? [] }
  }

  private isAbove(member: string, share: number): boolean {
    return share > this.shareOf(member) && share + this.orderedBy(member) > this.facts.maxSeatsPerBuyer
  }

  private changeBlock(
    holder: string,
    joining: readonly number[],
    leaving: readonly number[],
    reason: 'held' | 'swapped' | 'released',
    begins: {
      readonly limits: ModelLimits
      readonly host: string
      readonly groupHoldMs: number
      readonly newId: string
      readonly shares: Record<string, number>
    },
  ): void {
    const { limits, host, groupHoldMs, newId, shares } = begins
    if (this.holdOf(holder) === undefined) {
      const clock = { startedMs: this.nowMs, deadlineMs: this.nowMs + groupHoldMs }
      this.holds.set(newId, {
        buyer: holder,
        ...clock,
        address: limits.address,
        seats: [],
        owns: true,
        host,
        extended: 0,
      })
      if (limits.budgetMs > 0) this.openBudget(host)
    }
    this.change(holder, joining, leaving, reason, limits, newId)
    const hold = this.holdOf(holder)?.[1]
    if (hold !== undefined) hold.shares = shares
  }

  private joinSeats(
    member: string,
    to: {
      readonly holder: string
      readonly host: string
      readonly groupHoldMs: number
      readonly newId: string
      readonly isNew: boolean
      readonly joined: Record<number, string>
    },
  ): void {
    this.endIfOverdue(this.holdOf(member))
    const own = this.holdOf(member)
    if (own === undefined) return
    const [ownId, { seats, startedMs, deadlineMs, address }] = own
    this.holds.delete(ownId)
    if (this.budgets.has(member)) this.openBudget(to.host)
    if (member !== to.host) this.charge(member, Math.max(0, this.nowMs - startedMs))
    this.operations.push({ k: 'hold', h: ownId, b: member, d: deadlineMs, s: [], r: 'released', c: [] })
    const [holdId, present] = this.holdOf(to.holder) ?? [to.newId, undefined]
    const began = Math.min(present?.startedMs ?? startedMs, startedMs)
    const clock = to.isNew
      ? { startedMs: began, deadlineMs: Math.max(present?.deadlineMs ?? 0, deadlineMs, began + to.groupHoldMs) }
      : {}
    const begun = {
      buyer: to.holder,
      host: to.host,
      startedMs,
      deadlineMs,
      address,
      seats: [],
      owns: true,
      extended: 0 as const,
    }
    const shares = { ...present?.shares, [member]: (present?.shares?.[member] ?? 0) + seats.length }
    const all = [...(present?.seats ?? []), ...seats]
    this.holds.set(holdId, { ...(present ?? begun), ...clock, seats: all, shares })
    for (const seat of seats) to.joined[seat] = member
  }

  private leaveOther(member: string): void {
    const holder = this.groupOf(member)
    const other = holder === undefined ? undefined : this.groups.get(holder)
    if (holder === undefined || other === undefined) return
    if (other.host === member) {
      this.endOf(holder)
      this.groups.delete(holder)
      return
    }
    other.members = other.members.filter((one) => one !== member)
    const hold = this.holdOf(holder)?.[1]
    if (hold !== undefined) passShare(hold, member)
  }

  private endOf(holder: string): void {
    const own = this.holdOf(holder)
    if (own !== undefined) this.end(...own, 'released')
  }

  private tell([holdId, hold]: [string, ModelHold], reason: 'held'): void {
    const { buyer: b, deadlineMs: d, seats } = hold
    this.operations.push({ k: 'hold', h: holdId, b, d, s: [...seats], r: reason, c: [] })
  }

  private groupsHold(holder: string, assigned: SeatAssignment = {}): GroupAnswer {
    this.append()
    const hold = this.wholeHold(holder)
    return hold.ok ? { ...hold, assigned } : { ok: false, code: 'NO_GROUP' }
  }
}

/** Nobody's seats are the host's. */
export function sharesOf(seats: readonly number[], assigned: SeatAssignment, host: string): Record<string, number> {
  const shares: Record<string, number> = {}
  for (const seat of seats) {
    const member = assigned[seat] ?? host
    shares[member] = (shares[member] ?? 0) + 1
  }
  return shares
}

function passShare(hold: ModelHold, member: string): void {
  const { shares = {}, host = '' } = hold
  const { [member]: count, ...rest } = shares
  if (count === undefined || member === host) return
  hold.shares = { ...rest, [host]: (rest[host] ?? 0) + count }
}
