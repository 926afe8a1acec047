/** A small seeded generator (mulberry32): a failure's seed brings it back. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const STRINGS = [
  '',
  ' ',
  '\u0000',
  '{p1}:x:meta',
  '../../etc/passwd',
  '%2e%2e%2f',
  "' or 1=1; drop table performances; --",
  '<script>alert(1)</script>',
  '__proto__',
  'constructor',
  '\ud800',
  '𝕳𝖔𝖑𝖉 🎟️',
  'x'.repeat(65),
  'x'.repeat(5_000),
  'NaN',
  'null',
  '-1',
  '1e309',
  '01890a5d-ac96-774b-bcce-b302099a8057',
] as const

const NUMBERS = [-1, -0, 0.5, 1e21, 2 ** 31, 2 ** 53, -(2 ** 53), 250_000, Number.MAX_VALUE] as const

/** Something that no client would send: the wrong type, the wrong size, the wrong depth. */
export function hostileValue(random: () => number, depth = 0): unknown {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const kind = Math.floor(random() * (depth > 2 ? 5 : 9))
  switch (kind) {
    case 0:
      return pick(STRINGS)
    case 1:
      return pick(NUMBERS)
    case 2:
      return null
    case 3:
      return random() < 0.5
    case 4:
      return Buffer.from(pick(STRINGS))
    case 5:
      return Array.from({ length: Math.floor(random() * 30) }, () => hostileValue(random, depth + 1))
    case 6:
      return JSON.parse(`{"__proto__": {"admin": true}, "constructor": {"prototype": {"x": 1}}}`)
    case 7:
      return nested(50)
    default:
      return Object.fromEntries(
        Array.from({ length: Math.floor(random() * 6) }, () => [pick(STRINGS), hostileValue(random, depth + 1)]),
      )
  }
}

function nested(levels: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value }
  return value
}

/** A request that was right, with one field made wrong, dropped or added. */
export function spoilt(request: Readonly<Record<string, unknown>>, random: () => number): unknown {
  if (random() < 0.2) return hostileValue(random)
  const copy: Record<string, unknown> = { ...request }
  const names = Object.keys(copy)
  const name = names[Math.floor(random() * names.length)] ?? 'performanceId'
  const way = random()
  if (way < 0.2) delete copy[name]
  else if (way < 0.3) copy['userId'] = '01890a5d-ac96-774b-bcce-b302099a8057'
  else if (way < 0.4) copy['price'] = 0
  else copy[name] = hostileValue(random)
  return copy
}
