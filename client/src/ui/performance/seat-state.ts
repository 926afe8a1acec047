import { SeatStatus } from '@seatcast/shared/domain/seat-state.ts'
import { words } from '../../i18n/language.ts'
import { blockAround } from '../../store/block-around.ts'
import { meIn, sitterOf } from '../../store/group-store.ts'
import { plainNotice } from './notice.ts'
import type { PerformanceSession } from './performance-session.ts'

/** A seat as this buyer sees it. `friend`: another member's of my group; `ours`: my group's, and nobody's yet. */
export type SeatLook =
  'available' | 'held' | 'sold' | 'blocked' | 'mine' | 'pending' | 'ordered' | 'wished' | 'friend' | 'ours'

const LOOK_OF_STATUS: Record<SeatStatus, SeatLook> = { 0: 'available', 1: 'held', 2: 'sold', 3: 'blocked' }

/** Reads the session's signals: a component that calls it follows the seat. */
export function lookOf(session: PerformanceSession, seat: number): SeatLook {
  if (session.commands.pending.value.includes(seat)) return 'pending'
  if (session.wish.value?.includes(seat) === true) return 'wished'
  if (session.hold.value.seats.includes(seat)) return 'mine'
  const group = session.group.view.value
  if (group !== null && session.group.seats.value.includes(seat)) {
    const sitter = sitterOf(group, seat)
    if (sitter !== undefined && !sitter.isMe) return 'friend'
    if (session.group.isOpen.value) return sitter === undefined ? 'ours' : 'mine'
  }
  if (session.mine.value.includes(seat)) return 'ordered'
  // Read, so that the component is drawn again when the map has changed.
  void session.mapVersion.value
  const status = session.store.statuses[seat] as SeatStatus | undefined
  if (status === undefined || session.book.facts(seat).zone === null) return 'blocked'
  return LOOK_OF_STATUS[status]
}

const MAY_BE_OFFERED: ReadonlySet<SeatLook> = new Set(['available', 'mine', 'friend', 'ours'])

/** An offer that somebody took meanwhile is none; seats of my own may be part of one, but are not all of it. */
export const isOpenOffer = (looks: readonly SeatLook[]): boolean =>
  looks.every((look) => MAY_BE_OFFERED.has(look)) && looks.includes('available')

export function lookWord(look: SeatLook): string {
  const t = words.value
  const names: Record<SeatLook, string> = {
    available: t.status[SeatStatus.available],
    held: t.status[SeatStatus.held],
    sold: t.status[SeatStatus.sold],
    blocked: t.status[SeatStatus.blocked],
    mine: t.mine,
    pending: t.asking,
    ordered: t.ordered,
    wished: t.wished,
    friend: t.friends.group,
    ours: t.friends.ours,
  }
  return names[look]
}

/** A seat's look in words; a friend's seat with their name. */
export function seatWord(session: PerformanceSession, seat: number): string {
  const look = lookOf(session, seat)
  const group = session.group.view.value
  const sitter = look === 'friend' && group !== null ? sitterOf(group, seat) : undefined
  return sitter === undefined ? lookWord(look) : words.value.friends.seatOf(sitter.name)
}

export type SeatAct = 'hold' | 'release' | 'nearby' | 'choose' | 'leave' | 'sit' | 'ask' | 'explain' | 'none'

/** What choosing a seat does. A seat that somebody has is asked for too: the refusal brings free ones close by. */
const ACT_OF_LOOK: Record<SeatLook, SeatAct> = {
  available: 'hold',
  held: 'nearby',
  sold: 'nearby',
  blocked: 'none',
  mine: 'release',
  pending: 'none',
  ordered: 'none',
  wished: 'leave',
  friend: 'none',
  ours: 'none',
}

/** While an order's seats are being changed nothing is held: seats are chosen, and taken all at once. */
const ACT_WHILE_CHANGING: Record<SeatLook, SeatAct> = {
  available: 'choose',
  held: 'none',
  sold: 'none',
  blocked: 'none',
  mine: 'choose',
  pending: 'none',
  ordered: 'none',
  wished: 'leave',
  friend: 'none',
  ours: 'none',
}

/** While one books with friends: seats of the block can be sat on; others are the group's to choose (G2). */
const ACT_IN_GROUP: Record<SeatLook, SeatAct> = {
  available: 'explain',
  held: 'none',
  sold: 'none',
  blocked: 'none',
  mine: 'none',
  pending: 'none',
  ordered: 'none',
  wished: 'leave',
  friend: 'ask',
  ours: 'sit',
}

export function actOf(session: PerformanceSession, seat: number): SeatAct {
  const look = lookOf(session, seat)
  if (session.wish.value !== null) return ACT_WHILE_CHANGING[look]
  if (!session.group.isOpen.value) return ACT_OF_LOOK[look]
  const act = ACT_IN_GROUP[look]
  return act === 'sit' || act === 'ask' ? (session.group.view.value?.hold == null ? 'none' : act) : act
}

export function chooseSeat(session: PerformanceSession, seat: number): void {
  const wished = session.wish.value ?? []
  switch (actOf(session, seat)) {
    case 'hold':
    case 'nearby':
      session.commands.hold([seat])
      return
    case 'release':
      session.commands.release([seat])
      return
    case 'choose':
      session.wish.value = [...wished, seat]
      return
    case 'leave':
      session.wish.value = wished.filter((other) => other !== seat)
      return
    case 'sit':
    case 'ask':
      void sit(session, seat)
      return
    case 'explain':
      explain(session, seat)
      return
    case 'none':
      return
  }
}

/** A free seat of the block becomes mine; a friend's is asked for. */
export async function sit({ group, notice }: PerformanceSession, seat: number): Promise<void> {
  const before = group.view.value
  if (before === null || group.asking.value !== null) return
  const asks = sitterOf(before, seat) !== undefined
  const answer = await group.ask('group:sit', { groupId: before.groupId, seat })
  if (!answer.ok || !asks || answer.group === null) return
  if (sitterOf(answer.group, seat)?.isMe !== true) notice.value = plainNotice('GROUP_ASKED')
}

/** Why a free seat cannot be had in a group; its host can have the block around it instead. */
function explain(session: PerformanceSession, seat: number): void {
  const { group, store, book, notice } = session
  const view = group.view.value
  if (view === null) return
  const own = group.seats.value
  const usable = (at: number): boolean => store.statuses[at] === 0 || own.includes(at)
  const mayTake = meIn(view)?.isHost === true && (view.status === 'forming' || view.status === 'held')
  const block = mayTake ? blockAround(book, seat, view.size, usable) : null
  notice.value = {
    ...plainNotice('IN_GROUP', view.size),
    offers: block === null ? [] : [block],
    take: block === null ? null : (seats) => group.hold(seats),
  }
}
