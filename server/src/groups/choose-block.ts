import type { SeatIndex } from '@seatcast/shared/domain/ids.ts'
import type { GroupWish } from '@seatcast/shared/protocol/group.ts'
import { candidatesFor } from '../seats/seat-choice.ts'
import type { GroupMap } from './group-parts.ts'

/** What is looked for: so many seats, near or around those that the group has. */
export interface BlockSearch {
  readonly present: readonly SeatIndex[]
  readonly size: number
  readonly wish: GroupWish
  readonly allowsSplit: boolean
}

/** Blocks as the mirror sees them now, best first; those that begin with the present seats before all others. */
export function blocksFor(map: GroupMap, { present, size, wish }: BlockSearch): SeatIndex[][] {
  const zone = map.performance.zones.findIndex(({ id }) => id === wish.zoneId)
  return candidatesFor(
    map,
    {
      count: size,
      ...(zone >= 0 && { zone }),
      ...(wish.sectionId !== undefined && { section: wish.sectionId }),
      ...(wish.accessible !== undefined && { accessible: wish.accessible }),
    },
    present,
  )
}
