import { isDrawableColor } from '../colour.ts'
import { type Faults, inside, type Place } from '../faults.ts'
import { isRecord, type JsonRecord, own, readList, readNumber, readRecord, readText } from '../json-reader.ts'
import type { Point, Shape } from '../layout.ts'
import { COORDINATE_MAX, POLYGON_POINTS_MAX } from '../venue-limits.ts'
import type { PretixArea } from './pretix-plan.ts'

/** Text size where the plan gives none, px. Source: what pretix draws. */
const TEXT_SIZE_DEFAULT = 16
/** Characters of what is written on an area, and of a uuid. Source: a guess. */
const LONG_TEXT_MAX = 4_000

/** Reads one area of a zone that lies at `origin`. Rotation turns clockwise about the area's position. */
export function readArea(faults: Faults, value: unknown, place: Place, origin: Point): PretixArea | undefined {
  const area = readRecord(faults, value, place)
  if (area === undefined) return undefined
  const [px, py] = readPosition(faults, own(area, 'position'), inside(place, 'position'), false) ?? [0, 0]
  const at: Point = [origin[0] + px, origin[1] + py]
  const rotation = optionalNumber(faults, area, 'rotation', place, { min: -COORDINATE_MAX, max: COORDINATE_MAX }) ?? 0
  const paint = {
    ...color(faults, area, 'color', 'fill', place),
    ...color(faults, area, 'border_color', 'stroke', place),
  }
  const outline = readOutline(faults, area, place, { at, rotation, paint })
  const label = readLabel(faults, area, place, at, rotation)
  return {
    uuid: optionalText(faults, area, 'uuid', place),
    text: label?.text ?? null,
    shapes: [...(outline === 'unknown' || outline === null ? [] : [outline]), ...(label === null ? [] : [label])],
    unknownShape: outline === 'unknown',
  }
}

interface Placed {
  readonly at: Point
  readonly rotation: number
  readonly paint: { readonly fill?: string; readonly stroke?: string }
}

function readOutline(faults: Faults, area: JsonRecord, place: Place, placed: Placed): Shape | 'unknown' | null {
  const shape = own(area, 'shape') ?? 'rectangle' // older plans have no shape: width and height only
  if (shape === 'rectangle') return readRectangle(faults, area, place, placed)
  if (shape === 'polygon') return readPolygon(faults, area, place, placed)
  if (shape === 'circle' || shape === 'ellipse') return readEllipse(faults, area, shape, place, placed)
  if (shape === 'text') return null
  if (typeof shape !== 'string') faults.add(inside(place, 'shape'), 'must be text')
  return 'unknown'
}

function readRectangle(faults: Faults, area: JsonRecord, place: Place, placed: Placed): Shape | null {
  const nested = own(area, 'rectangle')
  const [source, where] = isRecord(nested) ? [nested, inside(place, 'rectangle')] : [area, place]
  const width = readNumber(faults, own(source, 'width'), inside(where, 'width'), LENGTH)
  const height = readNumber(faults, own(source, 'height'), inside(where, 'height'), LENGTH)
  if (width === undefined || height === undefined) return null
  const corners: Point[] = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ]
  return { kind: 'polygon', points: corners.map((corner) => turned(corner, placed)), ...placed.paint }
}

function readPolygon(faults: Faults, area: JsonRecord, place: Place, placed: Placed): Shape | null {
  const polygon = readRecord(faults, own(area, 'polygon'), inside(place, 'polygon'))
  if (polygon === undefined) return null
  const where = inside(inside(place, 'polygon'), 'points')
  const list = readList(faults, own(polygon, 'points'), where, { max: POLYGON_POINTS_MAX })
  const points = (list ?? []).map((value, i) => readPosition(faults, value, inside(where, i), true))
  if (points.length < 3 || points.includes(undefined)) return null
  return { kind: 'polygon', points: points.map((point) => turned(point ?? [0, 0], placed)), ...placed.paint }
}

function readEllipse(
  faults: Faults,
  area: JsonRecord,
  shape: 'circle' | 'ellipse',
  place: Place,
  { at, rotation, paint }: Placed,
): Shape | null {
  const where = inside(place, shape)
  const nested = readRecord(faults, own(area, shape), where)
  if (nested === undefined) return null
  const radius = own(nested, 'radius')
  const at2 = inside(where, 'radius')
  const [rx, ry] = isRecord(radius)
    ? [
        readNumber(faults, own(radius, 'x'), inside(at2, 'x'), LENGTH),
        readNumber(faults, own(radius, 'y'), inside(at2, 'y'), LENGTH),
      ]
    : [readNumber(faults, radius, at2, LENGTH), radius as number]
  if (rx === undefined || ry === undefined) return null
  return {
    kind: 'ellipse',
    x: toHundredth(at[0]),
    y: toHundredth(at[1]),
    rx,
    ry,
    ...(rotation === 0 ? {} : { rotation }),
    ...paint,
  }
}

type TextShape = Extract<Shape, { kind: 'text' }>

function readLabel(faults: Faults, area: JsonRecord, place: Place, at: Point, rotation: number): TextShape | null {
  const value = own(area, 'text')
  if (value === undefined || value === null) return null
  const where = inside(place, 'text')
  if (typeof value === 'string') return textShape(faults, { text: value }, where, at, rotation)
  const record = readRecord(faults, value, where)
  return record === undefined ? null : textShape(faults, record, where, at, rotation)
}

function textShape(faults: Faults, label: JsonRecord, place: Place, at: Point, rotation: number): TextShape | null {
  const text = optionalText(faults, label, 'text', place)
  if (text === null || text.trim() === '') return null
  const offset = readPosition(faults, own(label, 'position'), inside(place, 'position'), false) ?? [0, 0]
  const [x, y] = turned(offset, { at, rotation })
  const size = optionalNumber(faults, label, 'size', place, { min: 0, max: COORDINATE_MAX }) ?? TEXT_SIZE_DEFAULT
  const { fill } = color(faults, label, 'color', 'fill', place)
  const style = { ...(fill === undefined ? {} : { color: fill }), ...(rotation === 0 ? {} : { rotation }) }
  return { kind: 'text', x, y, text, size, ...style }
}

/** `{x, y}`; a missing one is a fault only where the format requires it. */
export function readPosition(faults: Faults, value: unknown, place: Place, required: boolean): Point | undefined {
  if (!required && (value === undefined || value === null)) return undefined
  const record = readRecord(faults, value, place)
  if (record === undefined) return undefined
  const x = readNumber(faults, own(record, 'x'), inside(place, 'x'), COORDINATE)
  const y = readNumber(faults, own(record, 'y'), inside(place, 'y'), COORDINATE)
  return x === undefined || y === undefined ? undefined : [x, y]
}

const COORDINATE = { min: -COORDINATE_MAX, max: COORDINATE_MAX }
const LENGTH = { min: 0, max: COORDINATE_MAX }

/** Text that may be missing or null. */
export function optionalText(
  faults: Faults,
  record: JsonRecord,
  key: string,
  place: Place,
  max = LONG_TEXT_MAX,
): string | null {
  const value = own(record, key)
  if (value === undefined || value === null) return null
  return readText(faults, value, inside(place, key), { max }) ?? null
}

export function optionalNumber(
  faults: Faults,
  record: JsonRecord,
  key: string,
  place: Place,
  bounds: { min: number; max: number },
): number | undefined {
  const value = own(record, key)
  if (value === undefined || value === null) return undefined
  return readNumber(faults, value, inside(place, key), bounds)
}

/** A colour that cannot be drawn is left out: decoration without it is still right. */
function color<Name extends 'fill' | 'stroke'>(
  faults: Faults,
  record: JsonRecord,
  key: string,
  name: Name,
  place: Place,
): { readonly [key in Name]?: string } {
  const text = optionalText(faults, record, key, place)
  return text === null || !isDrawableColor(text) ? {} : ({ [name]: text } as { readonly [key in Name]?: string })
}

function turned([x, y]: Point, { at, rotation }: { readonly at: Point; readonly rotation: number }): Point {
  const angle = (rotation * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  return [toHundredth(at[0] + x * cos - y * sin), toHundredth(at[1] + x * sin + y * cos)]
}

/** Sums of positions as the file's author wrote them: without the tail that adding floats leaves. */
export function toHundredth(value: number): number {
  return Math.round(value * 100) / 100 + 0
}
