import { NO_ZONE, zoneOfSeats } from '@seatcast/shared/domain/hall.ts'
import type { SeatIndex, SectionIndex } from '@seatcast/shared/domain/ids.ts'
import type { Layout } from '@seatcast/shared/domain/layout.ts'
import type { PriceZone } from '@seatcast/shared/protocol/http.ts'

/** What people want to know about a seat, whatever its state. */
export interface SeatFacts {
  readonly seat: SeatIndex
  readonly section: string
  readonly row: string
  readonly number: string
  /** null: not for sale. */
  readonly zone: PriceZone | null
  readonly accessible: boolean
}

export interface Row {
  readonly label: string
  /** By number, as people count them. */
  readonly seats: readonly SeatIndex[]
}

/** Looks seats up in a layout and a performance's zones. Rows are made when a section is first opened. */
export class SeatBook {
  readonly layout: Layout
  readonly zones: readonly PriceZone[]
  /** The zone's place in `zones` by seat; NO_ZONE without one. */
  readonly zoneOfSeat: Uint8Array
  /** All seats by section. */
  readonly capacity: readonly number[]
  readonly #rows = new Map<SectionIndex, readonly Row[]>()

  /** What a section, zone or caption of the layout is called in the reader's language. */
  readonly nameOf: (name: string) => string

  constructor(layout: Layout, zones: readonly PriceZone[], nameOf = (name: string) => name) {
    this.nameOf = nameOf
    this.layout = layout
    this.zones = zones
    this.zoneOfSeat = zoneOfSeats(layout, zones)
    const capacity = layout.sections.map(() => 0)
    for (const section of layout.seats.section) capacity[section] = (capacity[section] ?? 0) + 1
    this.capacity = capacity
  }

  facts(seat: SeatIndex): SeatFacts {
    const { seats, sections } = this.layout
    const zone = this.zones[this.zoneOfSeat[seat] ?? NO_ZONE]
    return {
      seat,
      section: this.nameOf(sections[seats.section[seat] ?? -1]?.name ?? ''),
      row: seats.row[seat] ?? '',
      number: seats.number[seat] ?? '',
      zone: zone === undefined ? null : { ...zone, name: this.nameOf(zone.name) },
      accessible: seats.accessible[seat] === 1,
    }
  }

  /** Sum of the seats' prices, minor units; null without a priced seat. Zones of one performance share a currency. */
  total(seats: readonly SeatIndex[]): { readonly amount: number; readonly currency: string } | null {
    const zones = seats.map((seat) => this.zones[this.zoneOfSeat[seat] ?? NO_ZONE]).filter((zone) => zone !== undefined)
    const first = zones[0]
    if (first === undefined) return null
    return { amount: zones.reduce((sum, zone) => sum + zone.price, 0), currency: first.currency }
  }

  /** Seats grouped by section and row, in the order in which they come. */
  byRow(seats: readonly SeatIndex[]): { readonly section: string; readonly row: string; readonly numbers: string[] }[] {
    const rows = new Map<string, { section: string; row: string; numbers: string[] }>()
    for (const seat of seats) {
      const { section, row, number } = this.facts(seat)
      const key = JSON.stringify([section, row])
      const known = rows.get(key)
      if (known === undefined) rows.set(key, { section, row, numbers: [number] })
      else known.numbers.push(number)
    }
    return [...rows.values()]
  }

  rowsOf(section: SectionIndex, compare: (a: string, b: string) => number): readonly Row[] {
    const known = this.#rows.get(section)
    if (known !== undefined) return known
    const { seats } = this.layout
    const rows = new Map<string, SeatIndex[]>()
    for (let seat = 0; seat < seats.section.length; seat++) {
      if (seats.section[seat] !== section) continue
      const label = seats.row[seat] ?? ''
      const row = rows.get(label)
      if (row === undefined) rows.set(label, [seat])
      else row.push(seat)
    }
    const number = (seat: SeatIndex): string => seats.number[seat] ?? ''
    const made = [...rows]
      .map(([label, members]) => ({ label, seats: members.toSorted((a, b) => compare(number(a), number(b))) }))
      .toSorted((a, b) => compare(a.label, b.label))
    this.#rows.set(section, made)
    return made
  }
}
