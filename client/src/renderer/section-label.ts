/** A section as the labels see it; screen places in CSS px. */
export interface LabelCandidate {
  readonly section: number
  readonly name: string
  /** Free seats as text; empty: not known yet. */
  readonly count: string
  readonly x: number
  readonly y: number
  /** The section's height on screen at the label's place. */
  readonly height: number
  /** How wide a label of a height may be there. */
  readonly widthFor: (height: number) => number
  /** The same along the section's depth: where it stands, its angle in radians, and its room. */
  readonly turned?: {
    readonly x: number
    readonly y: number
    readonly angle: number
    readonly height: number
    readonly widthFor: (height: number) => number
  }
  /** More important labels are placed first. */
  readonly weight: number
}

export interface LabelLine {
  readonly text: string
  readonly sizePx: number
  readonly x: number
  readonly y: number
  readonly role: 'name' | 'count'
}

export interface PlacedLabel {
  readonly section: number
  readonly lines: readonly LabelLine[]
  /** Radians clockwise. */
  readonly angle: number
}

/** Type sizes, CSS px: the last for a stadium's corners on a phone; a turned name is not smaller than the third. Source: screenshots. */
const NAME_SIZES_PX = [15, 13, 11, 9] as const
const TURNED_SIZES_PX = [13, 11] as const
const TURNED_SMALL_PX = 8
const COUNT_PX = 11
const LINE_GAP_PX = 2
/** Free room between a label and its section's edge, on each side, CSS px. Source: screenshots. */
const AIR_PX = 0.5

interface Rect {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/**
 * Chooses for each section the largest name that fits, with the count of its free seats below where that fits too; never a
 * count alone, which would look like a number of the section. Where the whole name does not fit in every section of a
 * family ('Block 101', 'Block 102'), all of the family show their short names. No two labels overlap. `measure`: a text's
 * width at a size.
 */
export function placeLabels(
  candidates: readonly LabelCandidate[],
  measure: (text: string, sizePx: number) => number,
): PlacedLabel[] {
  const taken: Rect[] = []
  const placed: PlacedLabel[] = []
  const texts = labelTexts(candidates, measure)
  for (const candidate of candidates.toSorted((a, b) => b.weight - a.weight)) {
    for (const { lines, turned } of variants(texts.get(candidate) ?? '', candidate.count)) {
      const room = turned ? candidate.turned : candidate
      const { width, height } = sizeOf(lines, measure)
      if (room === undefined || !fits(room, width, height)) continue
      // A turned label keeps to its section, so it is enough to guard its middle.
      const rect = rectAround(room.x, room.y, turned ? height : width, height)
      if (taken.some((other) => intersects(other, rect))) continue
      taken.push(rect)
      const angle = turned ? (candidate.turned?.angle ?? 0) : 0
      placed.push({ section: candidate.section, lines: stack(lines, room.x, rect.top), angle })
      break
    }
  }
  return placed
}

type Line = Pick<LabelLine, 'text' | 'sizePx' | 'role'>
type Measure = (text: string, sizePx: number) => number

/** A whole name that fits only in smaller type than this is cut, CSS px. Source: screenshots. */
const WHOLE_PX_MIN = 11

/** What each section is called at this scale: a family's sections all by their whole names or all by their short ones. */
function labelTexts(candidates: readonly LabelCandidate[], measure: Measure): Map<LabelCandidate, string> {
  const shorts = shortNames(candidates.map(({ name }) => name))
  const cramped = new Set<string>()
  for (const candidate of candidates) {
    const { width, height } = sizeOf([{ text: candidate.name, sizePx: WHOLE_PX_MIN, role: 'name' }], measure)
    if (!fits(candidate, width, height)) cramped.add(familyOf(candidate.name))
  }
  return new Map(
    candidates.map((candidate) => {
      const { name } = candidate
      return [candidate, cramped.has(familyOf(name)) ? (shorts.get(name) ?? name) : name]
    }),
  )
}

/** 'Block 104' is of the family 'Block'; a name without a number is a family of its own. */
function familyOf(name: string): string {
  const last = name.lastIndexOf(' ')
  return last > 0 && /\d/.test(name.slice(last)) ? name.slice(0, last) : name
}

/** The last word of a name when no other name ends in it, else the first when none begins with it, else the whole. */
function shortNames(names: readonly string[]): Map<string, string> {
  const [firsts, lasts] = [0, -1].map((at) => {
    const counts = new Map<string, number>()
    for (const name of new Set(names)) {
      const word = name.split(' ').at(at) ?? ''
      counts.set(word, (counts.get(word) ?? 0) + 1)
    }
    return counts
  })
  return new Map(
    names.map((name) => {
      const words = name.split(' ')
      const [first = '', last = ''] = [words[0], words.at(-1)]
      if (lasts?.get(last) === 1) return [name, last]
      return [name, firsts?.get(first) === 1 ? first : name]
    }),
  )
}

type Room = Pick<LabelCandidate, 'height' | 'widthFor'>

const fits = (room: Room, width: number, height: number): boolean =>
  height + 2 * AIR_PX <= room.height && width + 2 * AIR_PX <= room.widthFor(height)

function sizeOf(lines: readonly Line[], measure: Measure): { width: number; height: number } {
  return {
    width: Math.max(...lines.map((line) => measure(line.text, line.sizePx))),
    height: lines.reduce((sum, line) => sum + line.sizePx, LINE_GAP_PX * (lines.length - 1)),
  }
}

interface Variant {
  readonly lines: readonly Line[]
  readonly turned: boolean
}

/** The name may shrink to let the count in, and turns before it becomes hard to read; a nameless section shows its count. */
function variants(name: string, count: string): Variant[] {
  const countLine: Line = { text: count, sizePx: COUNT_PX, role: 'count' }
  const level = (...lines: Line[]): Variant => ({ lines, turned: false })
  if (name === '') return count === '' ? [] : [level(countLine)]
  const named = (sizePx: number): Line => ({ text: name, sizePx, role: 'name' })
  const turned = (sizePx: number): Variant => ({ lines: [named(sizePx)], turned: true })
  const [large, small] = [NAME_SIZES_PX.filter((px) => px >= COUNT_PX), NAME_SIZES_PX.filter((px) => px < COUNT_PX)]
  return [
    ...(count === '' ? [] : large.map((sizePx) => level(named(sizePx), countLine))),
    ...large.map((sizePx) => level(named(sizePx))),
    ...TURNED_SIZES_PX.map(turned),
    ...small.map((sizePx) => level(named(sizePx))),
    turned(TURNED_SMALL_PX),
  ]
}

function stack(lines: readonly Line[], x: number, top: number): LabelLine[] {
  let y = top
  return lines.map((line) => {
    const middle = y + line.sizePx / 2
    y += line.sizePx + LINE_GAP_PX
    return { ...line, x, y: middle }
  })
}

const rectAround = (x: number, y: number, width: number, height: number): Rect => ({
  left: x - width / 2,
  right: x + width / 2,
  top: y - height / 2,
  bottom: y + height / 2,
})

const intersects = (a: Rect, b: Rect): boolean =>
  a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top
