import { hexColor, isDrawableColor } from '../colour.ts'
import { type Faults, inside, type Place } from '../faults.ts'
import { type JsonRecord, own, readBoolean, readChoice } from '../json-reader.ts'
import { readList, readNumber, readOptional, readRecord, readStrict, readText } from '../json-reader.ts'
import type { Point, Shape } from '../layout.ts'
import { toTenth } from '../outline.ts'
import { COORDINATE_MAX, POLYGON_POINTS_MAX, SHAPES_MAX } from '../venue-limits.ts'

const COORDINATE = { min: -COORDINATE_MAX, max: COORDINATE_MAX }
const KINDS = ['polygon', 'rectangle', 'ellipse', 'text'] as const
const PAINT = ['fill', 'stroke', 'stage']
const FIELDS = {
  polygon: { required: ['kind', 'points'], optional: PAINT },
  rectangle: { required: ['kind', 'at', 'size'], optional: [...PAINT, 'rotation', 'corner'] },
  ellipse: { required: ['kind', 'at', 'size'], optional: [...PAINT, 'rotation'] },
  text: { required: ['kind', 'at', 'text'], optional: ['size', 'color', 'rotation'] },
} as const

/** Decoration, drawn in order. `at` is the middle of a rectangle, an ellipse or a text. */
export function readShapes(faults: Faults, value: unknown, place: Place): Shape[] {
  const list = readList(faults, value, place, { max: SHAPES_MAX }) ?? []
  return list.flatMap((item, i) => readShape(faults, item, inside(place, i)) ?? [])
}

function readShape(faults: Faults, value: unknown, place: Place): Shape | undefined {
  const record = readRecord(faults, value, place)
  if (record === undefined) return undefined
  const kind = readChoice(faults, own(record, 'kind'), inside(place, 'kind'), KINDS)
  if (kind === undefined || readStrict(faults, record, place, FIELDS[kind]) === undefined) return undefined
  if (kind === 'polygon') return readPolygon(faults, record, place)
  const at = readPoint(faults, own(record, 'at'), inside(place, 'at'))
  const rotation = readOptional(record, 'rotation', place, 0, (turn, where) =>
    readNumber(faults, turn, where, { min: -360, max: 360 }),
  )
  if (kind === 'text') return readTextShape(faults, record, place, at, rotation)
  const size = readPoint(faults, own(record, 'size'), inside(place, 'size'), { min: 1, max: COORDINATE_MAX })
  if (at === undefined || size === undefined) return undefined
  if (kind === 'rectangle') {
    const corner = readOptional(record, 'corner', place, 0, (radius, where) =>
      readNumber(faults, radius, where, { min: 0, max: Math.min(...size) / 2 }),
    )
    return { kind: 'polygon', points: rectangle(at, size, corner, rotation), ...readPaint(faults, record, place) }
  }
  const turned = rotation === 0 ? {} : { rotation }
  return { kind, x: at[0], y: at[1], rx: size[0] / 2, ry: size[1] / 2, ...turned, ...readPaint(faults, record, place) }
}

function readPolygon(faults: Faults, record: JsonRecord, place: Place): Shape | undefined {
  const where = inside(place, 'points')
  const list = readList(faults, own(record, 'points'), where, { min: 3, max: POLYGON_POINTS_MAX }) ?? []
  const points = list.flatMap((point, i) => {
    const read = readPoint(faults, point, inside(where, i))
    return read === undefined ? [] : [read]
  })
  return { kind: 'polygon', points, ...readPaint(faults, record, place) }
}

function readTextShape(
  faults: Faults,
  record: JsonRecord,
  place: Place,
  at: Point | undefined,
  rotation: number,
): Shape | undefined {
  const text = readText(faults, own(record, 'text'), inside(place, 'text'), { min: 1 })
  const size = readOptional(record, 'size', place, 60, (value, where) =>
    readNumber(faults, value, where, { min: 1, max: 100_000 }),
  )
  const color = readColor(faults, record, 'color', place)
  if (at === undefined || text === undefined) return undefined
  const style = { ...(color === undefined ? {} : { color }), ...(rotation === 0 ? {} : { rotation }) }
  return { kind: 'text', x: at[0], y: at[1], text, size, ...style }
}

/** `[x, y]`, to a tenth. */
export function readPoint(faults: Faults, value: unknown, place: Place, bounds = COORDINATE): Point | undefined {
  const pair = readList(faults, value, place, { min: 2, max: 2 })
  if (pair === undefined) return undefined
  const x = readNumber(faults, pair[0], inside(place, 0), bounds)
  const y = readNumber(faults, pair[1], inside(place, 1), bounds)
  return x === undefined || y === undefined ? undefined : [toTenth(x), toTenth(y)]
}

function readPaint(
  faults: Faults,
  record: JsonRecord,
  place: Place,
): { fill?: string; stroke?: string; stage?: boolean } {
  const fill = readColor(faults, record, 'fill', place)
  const stroke = readColor(faults, record, 'stroke', place)
  const stage = readOptional(record, 'stage', place, false, (value, where) => readBoolean(faults, value, where))
  return {
    ...(fill === undefined ? {} : { fill }),
    ...(stroke === undefined ? {} : { stroke }),
    ...(stage ? { stage } : {}),
  }
}

function readColor(faults: Faults, record: JsonRecord, key: string, place: Place): string | undefined {
  if (own(record, key) === undefined) return undefined
  const text = readText(faults, own(record, key), inside(place, key), { max: 60 })
  if (text === undefined) return undefined
  if (isDrawableColor(text)) return hexColor(text) ?? text
  faults.add(inside(place, key), 'must be a colour such as "#2a6f97"')
  return undefined
}

/** Clockwise from the top left; each rounded corner in 8 steps. */
function rectangle(at: Point, size: Point, corner: number, rotation: number): Point[] {
  const angle = (rotation * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const steps = corner === 0 ? 0 : 8
  return [0, 1, 2, 3].flatMap((quarter) => {
    const [signX, signY] = [quarter === 0 || quarter === 3 ? -1 : 1, quarter < 2 ? -1 : 1]
    return Array.from({ length: steps + 1 }, (_, i): Point => {
      const turn = Math.PI + (quarter * Math.PI) / 2 + (steps === 0 ? 0 : (i * Math.PI) / 2 / steps)
      const x = signX * (size[0] / 2 - corner) + Math.cos(turn) * corner
      const y = signY * (size[1] / 2 - corner) + Math.sin(turn) * corner
      return [toTenth(at[0] + x * cos - y * sin), toTenth(at[1] + x * sin + y * cos)]
    })
  })
}
