import { type BlockWish, findBlocks } from './blocks.ts'
import type { SeatsNow } from './free-stretches.ts'
import type { Hall } from './hall.ts'
import type { SeatIndex } from './ids.ts'
import { shapesOverTwoRows } from './two-row-shapes.ts'

/** What a group looks for. */
export interface GroupSearch {
  /** Seats it has. */
  readonly present: readonly SeatIndex[]
  readonly size: number
  readonly wish: Pick<BlockWish, 'zone' | 'section' | 'accessible' | 'without'>
  /** The group consents to a shape over two rows that touch (G5). */
  readonly allowsSplit: boolean
}

/** A whole block as it could be. */
export interface GroupBlock {
  readonly seats: readonly SeatIndex[]
  /** Over two rows that touch; never called adjacent. */
  readonly isSplit: boolean
}

/**
 * Blocks for a group, best first (G4, G5, G6): those in one row that contain the seats it has, then others in one row,
 * else, with consent, shapes over two rows that touch: again those that contain its seats first. Its present block is none.
 */
export function blockCandidates(
  hall: Hall,
  now: SeatsNow,
  search: GroupSearch,
  limit: number,
  random: () => number,
): GroupBlock[] {
  const { present, size, wish, allowsSplit } = search
  const mine = new Set([...(now.own ?? []), ...present])
  const own: SeatsNow = { states: now.states, ...(mine.size > 0 && { own: mine }) }
  const inOneRow = (more: Partial<BlockWish>): GroupBlock[] =>
    findBlocks(hall, own, { count: size, ...more }, limit, random).map(({ seats }) => ({ seats, isSplit: false }))
  const shapes = (around: readonly SeatIndex[], more: GroupSearch['wish']): GroupBlock[] =>
    allowsSplit && wish.accessible !== true
      ? shapesOverTwoRows(hall, own, { count: size, around, ...more }).map((seats) => ({ seats, isSplit: true }))
      : []
  // What it has was good enough: beside it the wish for a zone or a section does not count.
  const { zone: _, section: __, ...beside } = wish
  const isAround = present.length > 0 && present.length <= size
  const others = (candidates: readonly GroupBlock[]): GroupBlock[] => {
    const seen = new Set([keyOf(present)])
    return candidates.filter(({ seats }) => !seen.has(keyOf(seats)) && seen.add(keyOf(seats))).slice(0, limit)
  }
  const rows = others([...(isAround ? inOneRow({ ...beside, around: present }) : []), ...inOneRow(wish)])
  // Whoever finds all of these taken searches anew: nobody is split, and nothing searched for, while there is one row left.
  return rows.length > 0 ? rows : others([...(isAround ? shapes(present, beside) : []), ...shapes([], wish)])
}

const keyOf = (seats: readonly SeatIndex[]): string => seats.toSorted((a, b) => a - b).join()
