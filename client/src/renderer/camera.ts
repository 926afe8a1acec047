import type { Point } from '@seatcast/shared/domain/layout.ts'

/** Where the camera is: CSS pixels = plan units × `k` + `(x, y)`. */
export interface View {
  readonly k: number
  readonly x: number
  readonly y: number
}

/** A rectangle; plan units unless said otherwise. */
export interface Box {
  readonly minX: number
  readonly minY: number
  readonly maxX: number
  readonly maxY: number
}

/** CSS pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** Scales between which the camera stays, CSS pixels a plan unit. */
export interface ScaleLimits {
  readonly min: number
  readonly max: number
}

/** Free border on both sides and above and below, CSS px. */
export interface Padding {
  readonly x: number
  readonly y: number
}

/**
 * Free border around the venue when all of it shows: on a phone its breadth is the hall's alone, while below there is room
 * for a section's name. Source: screenshots at 390 and 1280 px.
 */
export const FIT_PADDING: Readonly<Record<'phone' | 'desktop', Padding>> = {
  phone: { x: 6, y: 22 },
  desktop: { x: 22, y: 22 },
}
/** Views narrower than this are a phone's, CSS px. Source: phone.css. */
const PHONE_WIDTH_PX = 600
/** A seat's diameter at the closest zoom, CSS px: the minimum touch target of WCAG 2.5.5 plus a border. */
const SEAT_PX_MAX = 52
/** How much of the view may be empty beside the venue's edge when it is larger than the view. Source: a guess. */
const OVERSCROLL = 0.3

export const EMPTY_BOX: Box = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity }

export function boxOfPoints(points: Iterable<Point>, start: Box = EMPTY_BOX): Box {
  let { minX, minY, maxX, maxY } = start
  for (const [x, y] of points) {
    minX = Math.min(minX, x)
    minY = Math.min(minY, y)
    maxX = Math.max(maxX, x)
    maxY = Math.max(maxY, y)
  }
  return { minX, minY, maxX, maxY }
}

export const grow = (box: Box, by: number): Box => ({
  minX: box.minX - by,
  minY: box.minY - by,
  maxX: box.maxX + by,
  maxY: box.maxY + by,
})

export const overlaps = (a: Box, b: Box): boolean =>
  a.minX <= b.maxX && a.maxX >= b.minX && a.minY <= b.maxY && a.maxY >= b.minY

/** The view that shows `box` in the middle, as large as it fits inside the limits. */
export function viewOfBox(box: Box, size: Size, limits: ScaleLimits, padding = fitPadding(size)): View {
  const k = clamp(fitScale(box, size, padding), limits.min, limits.max)
  return centredAt((box.minX + box.maxX) / 2, (box.minY + box.maxY) / 2, k, size)
}

export const centredAt = (x: number, y: number, k: number, size: Size): View => ({
  k,
  x: size.width / 2 - x * k,
  y: size.height / 2 - y * k,
})

export function scaleLimits(venue: Box, size: Size, seatSize: number): ScaleLimits {
  const min = fitScale(venue, size, fitPadding(size))
  return { min, max: Math.max(min * 2, SEAT_PX_MAX / seatSize) }
}

/** Keeps the venue in view: centred along a side where it is smaller than the view, else without much emptiness. */
export function clampView(view: View, venue: Box, size: Size, limits: ScaleLimits): View {
  const k = clamp(view.k, limits.min, limits.max)
  return {
    k,
    x: clampSide(view.x, venue.minX * k, venue.maxX * k, size.width, fitPadding(size).x),
    y: clampSide(view.y, venue.minY * k, venue.maxY * k, size.height, fitPadding(size).y),
  }
}

function clampSide(offset: number, min: number, max: number, size: number, padding: number): number {
  const spare = max - min + 2 * padding - size
  if (spare <= 0) return (size - min - max) / 2
  // The slack grows with the overhang, so that nothing jumps at the scale where the venue outgrows the view.
  const slack = padding + Math.min(spare, size * OVERSCROLL)
  return clamp(offset, size - max - slack, slack - min)
}

/** Zooms by `factor` around a point that stays where it is on screen (CSS px). */
export function zoomAround(view: View, factor: number, atX: number, atY: number, limits: ScaleLimits): View {
  const k = clamp(view.k * factor, limits.min, limits.max)
  const ratio = k / view.k
  return { k, x: atX - (atX - view.x) * ratio, y: atY - (atY - view.y) * ratio }
}

/** Between two views, `t` from 0 to 1: the scale moves geometrically, the centre as in a zoom around one point. */
export function viewBetween(from: View, to: View, size: Size, t: number): View {
  if (t >= 1) return to
  const k = from.k * (to.k / from.k) ** t
  const spread = 1 / to.k - 1 / from.k
  const along = Math.abs(spread * from.k) < 1e-6 ? t : (1 / k - 1 / from.k) / spread
  const [fromX, fromY] = planPoint(from, size.width / 2, size.height / 2)
  const [toX, toY] = planPoint(to, size.width / 2, size.height / 2)
  return centredAt(fromX + (toX - fromX) * along, fromY + (toY - fromY) * along, k, size)
}

export const easeInOut = (t: number): number => (t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2)

export const planPoint = (view: View, x: number, y: number): Point => [(x - view.x) / view.k, (y - view.y) / view.k]

export const visibleBox = (view: View, size: Size): Box => ({
  minX: -view.x / view.k,
  minY: -view.y / view.k,
  maxX: (size.width - view.x) / view.k,
  maxY: (size.height - view.y) / view.k,
})

export const clamp = (value: number, min: number, max: number): number => Math.min(Math.max(value, min), max)

const fitPadding = ({ width }: Size): Padding => (width < PHONE_WIDTH_PX ? FIT_PADDING.phone : FIT_PADDING.desktop)

function fitScale(box: Box, size: Size, padding: Padding): number {
  const width = Math.max(size.width - 2 * padding.x, 1)
  const height = Math.max(size.height - 2 * padding.y, 1)
  return Math.min(width / Math.max(box.maxX - box.minX, 1e-6), height / Math.max(box.maxY - box.minY, 1e-6))
}
