/** Of 50 parties in a row so many are of this size. Source: a guess at a concert's buyers: two come together, six seldom. */
const PARTIES_OF_SIZE = { 1: 6, 2: 20, 3: 7, 4: 10, 5: 3, 6: 4 } as const

/** Sizes of parties who together ask for at least `seats` seats, in a mixed order that is always the same. */
export function partySizes(seats: number): number[] {
  const mix = Object.entries(PARTIES_OF_SIZE).flatMap(([size, count]) => Array<number>(count).fill(Number(size)))
  const random = seededRandom(1_460)
  const sizes: number[] = []
  for (let asked = 0; asked < seats;) {
    const size = mix[Math.floor(random() * mix.length)] ?? 1
    sizes.push(size)
    asked += size
  }
  return sizes
}

/** The same numbers in 0..1 for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
