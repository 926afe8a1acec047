import type { Numbering } from './venue-spec.ts'

/** The numbers of a row's seats, left to right as seen facing the stage. `before`: seats of the same box already numbered. */
export function numberSeats(numbering: Numbering, count: number, before: number): number[] {
  if (numbering.seats === 'odd-left') return oddAndEven(count, before, 1, 2)
  if (numbering.seats === 'odd-right') return oddAndEven(count, before, 2, 1)
  const numbers = countUp(numbering, before, count)
  return numbering.seats === 'right-to-left' ? numbers.toReversed() : numbers
}

/** From the middle outwards; the side of the odd numbers gets the odd seat. */
function oddAndEven(count: number, before: number, left: 1 | 2, right: 1 | 2): number[] {
  const leftCount = left === 1 ? Math.ceil(count / 2) : Math.floor(count / 2)
  // An odd count leaves one even number unused, so that both sides of the next row of the box start level.
  const given = 2 * Math.ceil(before / 2)
  return Array.from({ length: count }, (_, i) =>
    i < leftCount ? given + left + 2 * (leftCount - 1 - i) : given + right + 2 * (i - leftCount),
  )
}

function countUp({ start, skip }: Numbering, before: number, count: number): number[] {
  const left: number[] = []
  const skipped = new Set(skip)
  let passed = 0
  for (let n = start; left.length < count; n++) {
    if (skipped.has(n)) continue
    if (passed >= before) left.push(n)
    passed += 1
  }
  return left
}
