import type { Shape } from '../layout.ts'

/** A pretix plan as far as Seatcast understands it; positions are absolute (zone + row + seat). */
export interface PretixPlan {
  readonly name: string
  readonly categories: readonly PretixCategory[]
  readonly zones: readonly PretixZone[]
}

export interface PretixCategory {
  readonly name: string
  readonly color: string | null
}

export interface PretixZone {
  readonly name: string | null
  readonly uuid: string | null
  readonly rows: readonly PretixRow[]
  readonly areas: readonly PretixArea[]
}

export interface PretixRow {
  readonly number: string
  /** Text for people with `%s` for the number, or null. */
  readonly label: string | null
  readonly seatLabel: string | null
  readonly seats: readonly PretixSeat[]
}

export interface PretixSeat {
  readonly guid: string
  readonly number: string
  readonly x: number
  readonly y: number
  /** Its category's place in `categories`. */
  readonly category: number
  readonly radius: number
}

/** An area as shapes to draw, what is written on it, and its uuid. */
export interface PretixArea {
  readonly uuid: string | null
  readonly text: string | null
  readonly shapes: readonly Shape[]
  /** True when its shape is one that Seatcast does not know. */
  readonly unknownShape: boolean
}

/** A seat's radius where the plan gives none, px. Source: the pretix seating plan schema. */
export const RADIUS_DEFAULT = 10
