import { findAlternatives, findSplit } from '@seatcast/shared/domain/alternatives.ts'
import { findBlocks } from '@seatcast/shared/domain/blocks.ts'
import { blockCandidates, shapesOverTwoRows } from '@seatcast/shared/domain/group-blocks.ts'
import { prepareHall } from '@seatcast/shared/domain/hall.ts'
import type { Layout } from '@seatcast/shared/domain/layout.ts'

/** What the block search costs on a synthetic hall of `seatCount` seats, `takenShare` of them taken at random. CPU µs. */
export function measureBlockSearch(seatCount: number, takenShare: number, searches: number): Record<string, number> {
  const layout = syntheticHall(seatCount)
  const hall = prepareHall(layout, new Uint8Array(seatCount))
  const states = Uint8Array.from({ length: seatCount }, () => (Math.random() < takenShare ? 1 : 0))
  const somewhere = (): number => Math.floor(Math.random() * seatCount)
  const near = (): { x: number; y: number } => {
    const seat = somewhere()
    return { x: hall.x[seat] ?? 0, y: hall.y[seat] ?? 0 }
  }
  const party = (): number => 1 + Math.floor(Math.random() * 6)
  const group = (size: number) => ({ present: [], size, wish: {}, allowsSplit: true })
  const measured = [
    measure('best block', searches, () => findBlocks(hall, { states }, { count: party() }, 16, Math.random)),
    measure('best block near a seat', searches, () =>
      findBlocks(hall, { states }, { count: party(), near: near() }, 16, Math.random),
    ),
    measure('no block: 20 seats', searches, () => findBlocks(hall, { states }, { count: 20 }, 16, Math.random)),
    measure('alternatives', searches, () => {
      const seat = somewhere()
      const other = layout.seats.next[seat] ?? -1
      return findAlternatives(hall, { states }, other < 0 ? [seat] : [seat, other], Math.random)
    }),
    measure('group of 2 to 7', searches, () => blockCandidates(hall, { states }, group(party() + 1), 16, Math.random)),
    // In the fullest hall there is neither a row nor a shape for them: nothing ends the search early.
    measure('group of 10', searches, () => blockCandidates(hall, { states }, group(10), 16, Math.random)),
    measure('shapes of 2 to 7 over two rows', searches, () =>
      shapesOverTwoRows(hall, { states }, { count: party() + 1, around: [] }),
    ),
    measure('split of 10', Math.ceil(searches / 10), () => findSplit(hall, { states }, { count: 10 })),
  ]
  return Object.fromEntries(measured.flatMap((figures) => Object.entries(figures)))
}

function measure(name: string, runs: number, work: () => unknown): Record<string, number> {
  for (let run = 0; run < 20; run += 1) work()
  const micros = Array.from({ length: runs }, () => {
    const start = process.hrtime.bigint()
    work()
    return Number(process.hrtime.bigint() - start) / 1_000
  }).toSorted((a, b) => a - b)
  const at = (share: number): number => Math.round(micros[Math.min(runs - 1, Math.floor(runs * share))] ?? 0)
  return { [`${name}: p50 µs`]: at(0.5), [`${name}: p99 µs`]: at(0.99), [`${name}: max µs`]: at(1) }
}

const rowOf = (seat: number): number => Math.floor(seat / 25)
const sectionOf = (seat: number): number => Math.floor(seat / 1_000)

/** Rows of 25 seats, 40 rows a section, sections in a ring of arcs around the focus. */
function syntheticHall(seatCount: number): Layout {
  const index = Array.from({ length: seatCount }, (_, seat) => seat)
  const sections = Math.ceil(seatCount / 1_000)
  const angle = (seat: number): number => ((sectionOf(seat) + (seat % 25) / 30) / sections) * 2 * Math.PI
  const radius = (seat: number): number => 5_000 + (rowOf(seat) % 40) * 90
  return {
    name: 'synthetic',
    unit: 'cm',
    seatSize: 50,
    focus: [0, 0],
    sections: Array.from({ length: sections }, (_, id) => ({ id, name: String(id), outline: [] })),
    categories: [{ id: 0, name: 'A', color: '#888888' }],
    seats: {
      section: index.map(sectionOf),
      row: index.map((seat) => String(rowOf(seat) % 40)),
      number: index.map((seat) => String((seat % 25) + 1)),
      x: index.map((seat) => Math.round(Math.cos(angle(seat)) * radius(seat))),
      y: index.map((seat) => Math.round(Math.sin(angle(seat)) * radius(seat))),
      category: index.map(() => 0),
      accessible: index.map(() => 0 as const),
      next: index.map((seat) => (seat % 25 === 24 || seat === seatCount - 1 ? -1 : seat + 1)),
    },
    shapes: [],
  }
}
