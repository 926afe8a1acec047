import { SeatStatus } from '@seatcast/shared/domain/seat-state.ts'
import { words } from '../../i18n/language.ts'
import type { PerformanceSession } from './performance-session.ts'

/** A seat as this buyer sees it. */
export type SeatLook = 'available' | 'held' | 'sold' | 'blocked' | 'mine' | 'pending' | 'ordered' | 'wished'

const LOOK_OF_STATUS: Record<SeatStatus, SeatLook> = { 0: 'available', 1: 'held', 2: 'sold', 3: 'blocked' }

/** Reads the session's signals: a component that calls it follows the seat. */
export function lookOf(session: PerformanceSession, seat: number): SeatLook {
  if (session.commands.pending.value.includes(seat)) return 'pending'
  if (session.wish.value?.includes(seat) === true) return 'wished'
  if (session.hold.value.seats.includes(seat)) return 'mine'
  if (session.mine.value.includes(seat)) return 'ordered'
  // Read, so that the component is drawn again when the map has changed.
  void session.mapVersion.value
  const status = session.store.statuses[seat] as SeatStatus | undefined
  if (status === undefined || session.book.facts(seat).zone === null) return 'blocked'
  return LOOK_OF_STATUS[status]
}

/** An offer that somebody took meanwhile is none; seats of my own may be part of one, but are not all of it. */
export const isOpenOffer = (looks: readonly SeatLook[]): boolean =>
  looks.every((look) => look === 'available' || look === 'mine') && looks.includes('available')

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
  }
  return names[look]
}

export type SeatAct = 'hold' | 'release' | 'nearby' | 'choose' | 'leave' | 'none'

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
}

export function actOf(session: PerformanceSession, seat: number): SeatAct {
  const look = lookOf(session, seat)
  return session.wish.value === null ? ACT_OF_LOOK[look] : ACT_WHILE_CHANGING[look]
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
    case 'none':
      return
  }
}
