import type { CategoryIndex, SeatIndex, SectionIndex } from './ids.ts'

/** A point in the layout's unit; x to the right, y down. */
export type Point = readonly [x: number, y: number]

/** Decoration: drawn below the seats, never interactive. Angles in degrees clockwise, sizes in the layout's unit. */
export type Shape =
  | {
      readonly kind: 'polygon'
      readonly points: readonly Point[]
      readonly fill?: string
      readonly stroke?: string
      readonly stage?: boolean
    }
  | {
      readonly kind: 'ellipse'
      readonly x: number
      readonly y: number
      readonly rx: number
      readonly ry: number
      readonly rotation?: number
      readonly fill?: string
      readonly stroke?: string
      readonly stage?: boolean
    }
  | {
      readonly kind: 'text'
      readonly x: number
      readonly y: number
      readonly text: string
      readonly size: number
      readonly color?: string
      readonly rotation?: number
    }

export interface LayoutSection {
  /** Its place in `sections`: the number that `seats.section` holds. */
  readonly id: SectionIndex
  readonly name: string
  /** A closed polygon around its seats (first point not repeated). */
  readonly outline: readonly Point[]
}

export interface LayoutCategory {
  /** Its place in `categories`: the number that `seats.category` holds. */
  readonly id: CategoryIndex
  readonly name: string
  /** `#rrggbb` */
  readonly color: string
}

/** Columns, one value a seat, all of the same length. */
export interface SeatColumns {
  readonly section: readonly SectionIndex[]
  /** The row as printed. Rows of one section with the same label are one row only where `next` says so. */
  readonly row: readonly string[]
  /** The number as printed. Never used to decide who sits beside whom. */
  readonly number: readonly string[]
  readonly x: readonly number[]
  readonly y: readonly number[]
  readonly category: readonly CategoryIndex[]
  /** 1: a place for a wheelchair user; kept for those who ask. */
  readonly accessible: readonly (0 | 1)[]
  /** The right-hand neighbour, or -1 at an aisle or a row's end. Derived from geometry. */
  readonly next: readonly SeatIndex[]
}

/**
 * What the layout's names and captions are in another language, by what they are called in it; `{n}` stands for a number:
 * `"North {n}"`. Price zones that are named after a category are found here too.
 */
export type NameBook = Readonly<Record<string, string>>

/** A hall's layout as it goes over the wire; immutable, a change is a new version. Source: design, section 6. */
export interface Layout {
  readonly name: string
  readonly unit: 'cm' | 'px'
  /** A seat's diameter in `unit`: what a client draws and what adjacency measures with. */
  readonly seatSize: number
  /** What people look at: the middle of the stage's front edge or of the pitch. */
  readonly focus: Point
  readonly sections: readonly LayoutSection[]
  readonly categories: readonly LayoutCategory[]
  readonly seats: SeatColumns
  readonly shapes: readonly Shape[]
  /** Absent: it has only its own names. */
  readonly names?: { readonly ko: NameBook }
}
