import { findAlternatives, findSplit } from '@seatcast/shared/domain/alternatives.ts'
import { type BlockWish, findBlocks } from '@seatcast/shared/domain/blocks.ts'
import type { SeatsNow } from '@seatcast/shared/domain/free-stretches.ts'
import { prepareHall, type Hall } from '@seatcast/shared/domain/hall.ts'
import { blockCandidates, type GroupSearch } from '@seatcast/shared/domain/group-blocks.ts'
import { type BlockShape, shapeIn } from '@seatcast/shared/domain/block-shape.ts'
import type { SeatIndex, UserId } from '@seatcast/shared/domain/ids.ts'
import type { Layout } from '@seatcast/shared/domain/layout.ts'
import type { Position } from '@seatcast/shared/domain/revision.ts'
import { contactsOf } from '@seatcast/shared/domain/touching-rows.ts'
import type { RequestOf } from '@seatcast/shared/protocol/command.ts'
import type { holdBest } from '@seatcast/shared/protocol/hold.ts'
import type { Performance } from '../catalogue/performance.ts'

/** What choosing needs of a live map. The feed's LiveMapView is one. */
export interface ChoosableMap {
  readonly performance: Performance
  readonly layout: Layout
  readonly zoneOfSeat: Uint8Array
  readonly mirror: {
    readonly position: Position
    readonly states: Uint8Array
    holdOf(buyer: UserId): { readonly seats: readonly SeatIndex[] } | undefined
  }
}

type BestRequest = RequestOf<typeof holdBest>

/** Blocks that one script call tries. Source: a guess: the script stops at the first free one, and twice this many cost 40 µs. */
const CANDIDATES_MAX = 16

/** A wish in the hall's own numbers, or what is wrong with the request. */
export function wishOf(
  map: ChoosableMap,
  request: BestRequest,
): { readonly wish: BlockWish } | { readonly path: string; readonly message: string } {
  const { count, zoneId, sectionId, near, accessible } = request
  const zone = zoneId === undefined ? undefined : map.performance.zones.findIndex(({ id }) => id === zoneId)
  if (zone === -1) return { path: '/zoneId', message: 'is no zone of this performance' }
  if (sectionId !== undefined && sectionId >= map.layout.sections.length)
    return { path: '/sectionId', message: 'is no section of this layout' }
  const hall = hallOf(map)
  if (near !== undefined && near >= hall.seatCount) return { path: '/near', message: 'is no seat of this layout' }
  return {
    wish: {
      count,
      ...(zone !== undefined && { zone }),
      ...(sectionId !== undefined && { section: sectionId }),
      ...(near !== undefined && { near: { x: hall.x[near] ?? 0, y: hall.y[near] ?? 0 } }),
      ...(accessible !== undefined && { accessible }),
    },
  }
}

/**
 * The best blocks as the mirror sees them now, best first; a script takes the first that is really free.
 * Seats that others on this worker are just about to take are left out as long as there is anything else.
 */
export function candidatesFor(map: ChoosableMap, wish: BlockWish, own: readonly SeatIndex[]): SeatIndex[][] {
  const search = (without: ReadonlySet<SeatIndex>) =>
    findBlocks(hallOf(map), seatsNow(map, own), { ...wish, without }, CANDIDATES_MAX, Math.random)
  const claimed = claimsOn(map)
  const blocks = search(claimed)
  return (blocks.length === 0 && claimed.size > 0 ? search(new Set()) : blocks).map(({ seats }) => [...seats])
}

/**
 * The best blocks for a group as the mirror sees them now, best first: beside the seats it has, anew, by consent over two
 * rows that touch (G4, G5, G6). Keeps away from what others on this worker are just about to take, as `candidatesFor`.
 */
export function groupBlocksFor(map: ChoosableMap, search: GroupSearch): SeatIndex[][] {
  const claimed = claimsOn(map)
  const found = (without: ReadonlySet<SeatIndex>) => {
    const wish = { ...search.wish, without }
    return blockCandidates(hallOf(map), seatsNow(map, []), { ...search, wish }, CANDIDATES_MAX, Math.random)
  }
  const blocks = found(claimed)
  return (blocks.length === 0 && claimed.size > 0 ? found(new Set()) : blocks).map(({ seats }) => [...seats])
}

/** What the seats form, and in how many runs of neighbours. */
export const shapeOn = (
  map: ChoosableMap,
  seats: readonly SeatIndex[],
): { readonly shape: BlockShape; readonly runs: number } => shapeIn(hallOf(map), seats)

/** While `work` runs, other searches on this worker keep away from the seats: a rush spreads instead of aiming at one row. */
export async function whileClaimed<T>(
  map: ChoosableMap,
  seats: readonly SeatIndex[],
  work: () => Promise<T>,
): Promise<T> {
  const claimed = claimsOn(map)
  for (const seat of seats) claimed.add(seat)
  try {
    return await work()
  } finally {
    for (const seat of seats) claimed.delete(seat)
  }
}

const claims = new WeakMap<Uint8Array, Set<SeatIndex>>()

function claimsOn(map: ChoosableMap): Set<SeatIndex> {
  let claimed = claims.get(map.zoneOfSeat)
  if (claimed === undefined) {
    claimed = new Set()
    claims.set(map.zoneOfSeat, claimed)
  }
  return claimed
}

/** The party over several rows; undefined: it does not fit so either, or needs places that cannot be split (A5, A6). */
export function splitFor(map: ChoosableMap, wish: BlockWish, own: readonly SeatIndex[]): SeatIndex[][] | undefined {
  if (wish.count === 1 || wish.accessible === true) return undefined
  return findSplit(hallOf(map), seatsNow(map, own), wish)
}

/** What to offer instead of seats of which some are taken; those that the asker holds already stay in every offer. */
export function alternativesFor(
  map: ChoosableMap,
  wanted: readonly SeatIndex[],
  taken: readonly SeatIndex[],
  asker: UserId,
): SeatIndex[][] {
  // The mirror may lag behind the script that refused: what is taken is taken.
  const states = map.mirror.states.slice()
  for (const seat of taken) if (states[seat] === 0) states[seat] = 1
  const own = new Set(map.mirror.holdOf(asker)?.seats)
  for (const seat of taken) own.delete(seat)
  return findAlternatives(hallOf(map), { states, own }, wanted, Math.random)
}

const seatsNow = (map: ChoosableMap, own: readonly SeatIndex[]): SeatsNow => ({
  states: map.mirror.states,
  ...(own.length > 0 && { own: new Set(own) }),
})

/** Does beforehand what the first search in a map would wait for. Call it when a map is opened: it takes about as long. */
export function prepareChoice(map: ChoosableMap): void {
  contactsOf(hallOf(map))
}

const halls = new WeakMap<Uint8Array, Hall>()

/** Prepared once per map: the layout and the zones of a performance never change. */
function hallOf(map: ChoosableMap): Hall {
  let hall = halls.get(map.zoneOfSeat)
  if (hall === undefined) {
    hall = prepareHall(map.layout, map.zoneOfSeat)
    halls.set(map.zoneOfSeat, hall)
  }
  return hall
}
