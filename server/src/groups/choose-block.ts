import type { SeatIndex } from '@seatcast/shared/domain/ids.ts'
import type { GroupWish } from '@seatcast/shared/protocol/group.ts'
import { groupBlocksFor } from '../seats/seat-choice.ts'
import type { GroupMap } from './group-parts.ts'

/** What is looked for: so many seats, near or around those that the group has. */
export interface BlockSearch {
  readonly present: readonly SeatIndex[]
  readonly size: number
  readonly wish: GroupWish
  readonly allowsSplit: boolean
}

/** Blocks as the mirror sees them now, best first; those around the present seats before all others (G6). */
export function blocksFor(map: GroupMap, { wish, ...search }: BlockSearch): SeatIndex[][] {
  const zone = map.performance.zones.findIndex(({ id }) => id === wish.zoneId)
  return groupBlocksFor(map, {
    ...search,
    wish: {
      ...(zone >= 0 && { zone }),
      ...(wish.sectionId !== undefined && { section: wish.sectionId }),
      ...(wish.accessible !== undefined && { accessible: wish.accessible }),
    },
  })
}
