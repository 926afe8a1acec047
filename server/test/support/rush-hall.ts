import { seededRandom } from './party-mix.ts'

/** A hall of straight rows without aisles; seat index = row * seatsPerRow + place. */
export interface RushHall {
  readonly rows: number
  readonly seatsPerRow: number
}

/** What became of the parties: how many seats were taken, and how many free ones have no free neighbour. */
export interface RushOutcome {
  readonly taken: number
  readonly leftAlone: number
}

/** First seats of every block of `size` free neighbours, by looking at each seat (A2). */
export function freeBlocks({ rows, seatsPerRow }: RushHall, taken: ReadonlySet<number>, size: number): number[] {
  const firsts: number[] = []
  for (let row = 0; row < rows; row += 1) {
    let free = 0
    for (let place = 0; place < seatsPerRow; place += 1) {
      const seat = row * seatsPerRow + place
      free = taken.has(seat) ? 0 : free + 1
      if (free >= size) firsts.push(seat - size + 1)
    }
  }
  return firsts
}

/** Whether the seats are neighbours in one row. */
export function isBlock({ seatsPerRow }: RushHall, seats: readonly number[]): boolean {
  const sorted = seats.toSorted((a, b) => a - b)
  const row = Math.floor((sorted[0] ?? 0) / seatsPerRow)
  return sorted.every((seat, place) => seat === (sorted[0] ?? 0) + place && Math.floor(seat / seatsPerRow) === row)
}

export function outcomeOf(hall: RushHall, taken: ReadonlySet<number>): RushOutcome {
  const { rows, seatsPerRow } = hall
  let leftAlone = 0
  for (let seat = 0; seat < rows * seatsPerRow; seat += 1) {
    const place = seat % seatsPerRow
    const left = place > 0 && !taken.has(seat - 1)
    const right = place < seatsPerRow - 1 && !taken.has(seat + 1)
    if (!taken.has(seat) && !left && !right) leftAlone += 1
  }
  return { taken: taken.size, leftAlone }
}

/** The same parties one after the other, each in the first block there is, or in any. */
export function seatOneByOne(hall: RushHall, sizes: readonly number[], choose: 'first fit' | 'random'): RushOutcome {
  const taken = new Set<number>()
  const random = seededRandom(8_000)
  for (const size of sizes) {
    const blocks = freeBlocks(hall, taken, size)
    const first = blocks[choose === 'first fit' ? 0 : Math.floor(random() * blocks.length)]
    if (first === undefined) continue
    for (let step = 0; step < size; step += 1) taken.add(first + step)
  }
  return outcomeOf(hall, taken)
}
