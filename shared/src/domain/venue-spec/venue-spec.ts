import type { Place } from '../faults.ts'
import type { Layout, Point, Shape } from '../layout.ts'

/** A venue spec once read: defaults filled in, names resolved, rows labelled. All lengths in cm. */
export interface VenueSpec {
  readonly name: string
  /** A seat's drawn diameter. */
  readonly seatSize: number
  /** Null: the front of the stage, else the origin. */
  readonly focus: Point | null
  readonly categories: readonly { readonly name: string; readonly color: string }[]
  readonly sections: readonly SectionSpec[]
  readonly shapes: readonly Shape[]
  readonly names?: Layout['names']
}

export interface SectionSpec {
  /** Where it stands in the file. */
  readonly place: Place
  /** `{n}` is the section's number where one entry makes several. */
  readonly name: string
  /** The number of the first. */
  readonly first: number
  readonly position: Position
  /** Makes a second section of each, mirrored about the vertical line x = axis, numbers included. */
  readonly mirror: { readonly name: string; readonly axis: number } | null
  readonly rows: RowsSpec
  readonly numbering: Numbering
  /** The category where no entry of `categories` says otherwise. */
  readonly category: number
  readonly categories: readonly (Selection & { readonly category: number })[]
  readonly accessible: readonly Selection[]
  readonly missing: readonly Selection[]
}

/** `at`: the middle of the front row. Rotation in degrees clockwise; at 0 the rows look up, towards smaller y. */
export type Position =
  | {
      readonly kind: 'free'
      readonly at: Point
      readonly rotation: number
      readonly count: number
      readonly step: Point
      readonly turn: number
    }
  | ({ readonly kind: 'ring' } & Ring)

/** Sections side by side along a closed line, looking inwards. */
export interface Ring {
  readonly shape: 'ellipse' | 'rectangle'
  readonly center: Point
  /** Width and height of the line on which the front rows stand. */
  readonly size: Point
  /** Radius of a rectangle's rounded corners. */
  readonly corner: number
  readonly count: number
  /** Positions (from 1, clockwise) left empty. */
  readonly skip: readonly number[]
  /** Where the first section begins and the last ends: 0 top middle, 90 right middle, clockwise, by length. */
  readonly from: number
  readonly to: number
  /** Free way between two sections. */
  readonly gap: number
}

export interface RowsSpec {
  /** One entry a row, front to back. */
  readonly labels: readonly string[]
  readonly seats: SeatCount
  readonly pitch: number
  /** How far each row stands behind the front row. */
  readonly depths: readonly number[]
  /** Radius of the front row's arc; null: straight. */
  readonly curve: number | null
  readonly align: 'left' | 'middle' | 'right'
  /** Every second row moves by half a seat. */
  readonly stagger: boolean
  readonly aisles: readonly Aisle[]
  /** Set for boxes: rows stand beside each other in boxes of this many rows deep. */
  readonly boxes: { readonly count: number; readonly deep: number; readonly gap: number } | null
}

/** `list`: so many by row. `fit`: as many as the ring gives room for. `angle`: as many as fit into degrees of the arc. */
export type SeatCount =
  | { readonly kind: 'list'; readonly list: readonly number[] }
  | { readonly kind: 'fit' }
  | { readonly kind: 'angle'; readonly degrees: number }

/** A way of `width` beyond the ordinary pitch, after so many seats counted from an end or from the row's middle. */
export interface Aisle {
  readonly after: number
  readonly from: 'left' | 'middle' | 'right'
  readonly width: number
}

export const SEAT_ORDERS = ['left-to-right', 'right-to-left', 'odd-left', 'odd-right'] as const
export type SeatOrder = (typeof SEAT_ORDERS)[number]

/** `odd-left`: 1, 3, 5 from the middle to the left and 2, 4, 6 to the right, as seen facing the stage; `odd-right` mirrored. */
export interface Numbering {
  readonly seats: SeatOrder
  readonly start: number
  readonly skip: readonly number[]
}

/** Seats by row (place in `labels`) and number, both inclusive; null: all. */
export interface Selection {
  readonly place: Place
  readonly rows: ReadonlySet<number> | null
  readonly seats: readonly (readonly [low: number, high: number])[] | null
}
