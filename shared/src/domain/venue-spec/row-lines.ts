import type { Point } from '../layout.ts'
import { ringLines } from './ring-lines.ts'
import type { SectionFrame } from './row-line.ts'
import type { Position, SectionSpec } from './venue-spec.ts'

/** Outline steps for one radian: 5 degrees each. */
const STEPS_PER_RADIAN = 12

/** The sections one entry of the spec makes: repeated, around a ring, and each mirrored if it says so. */
export function framesOf(section: SectionSpec): SectionFrame[] {
  const { position, first, name, mirror, rows } = section
  const frames = position.kind === 'ring' ? ringLines(position, rows.depths) : freeLines(position, rows.curve)
  return frames.flatMap((frame, i) => {
    const number = String(first + i)
    const own = { name: name.replaceAll('{n}', number), ...frame }
    if (mirror === null) return [own]
    return [own, { ...own, name: mirror.name.replaceAll('{n}', number), lineAt: mirrored(frame.lineAt, mirror.axis) }]
  })
}

/** How many sections `framesOf` makes. */
export function sectionsMade({ position, mirror }: Pick<SectionSpec, 'position' | 'mirror'>): number {
  const count = position.kind === 'ring' ? position.count - new Set(position.skip).size : position.count
  return mirror === null ? count : count * 2
}

type Lines = Omit<SectionFrame, 'name'>

function freeLines(position: Extract<Position, { kind: 'free' }>, curve: number | null): Lines[] {
  return Array.from({ length: position.count }, (_, i) => {
    const at: Point = [position.at[0] + position.step[0] * i, position.at[1] + position.step[1] * i]
    const turn = ((position.rotation + position.turn * i) * Math.PI) / 180
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
    const place = (x: number, y: number): Point => [at[0] + x * cos - y * sin, at[1] + x * sin + y * cos]
    return curve === null ? straight(place) : arc(place, curve)
  })
}

function straight(place: (x: number, y: number) => Point): Lines {
  return { bend: 0, lineAt: (depth) => ({ length: Infinity, scale: 1, at: (s) => place(s, depth) }) }
}

/** Arcs about one centre, `radius` before the front row's middle. */
function arc(place: (x: number, y: number) => Point, radius: number): Lines {
  return {
    bend: STEPS_PER_RADIAN,
    lineAt: (depth) => {
      const own = radius + depth
      const at = (s: number) => place(own * Math.sin(s / own), own * Math.cos(s / own) - radius)
      return { length: own * 2 * Math.PI, scale: own, at }
    },
  }
}

function mirrored(lineAt: SectionFrame['lineAt'], axis: number): SectionFrame['lineAt'] {
  return (depth) => {
    const line = lineAt(depth)
    const at = (s: number): Point => {
      const [x, y] = line.at(s)
      return [2 * axis - x, y]
    }
    return { ...line, at }
  }
}
