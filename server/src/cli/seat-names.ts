import type { SeatIndex } from '@seatcast/shared/domain/ids.ts'
import type { Layout } from '@seatcast/shared/domain/layout.ts'
import { CommandError } from './command-error.ts'

/** Seats as people write them, `Section/Row/Number` or an index, to indexes; every one that is not found is named. */
export function seatsNamed(layout: Layout, named: readonly string[]): SeatIndex[] {
  const byName = seatsByName(layout)
  const errors: string[] = []
  const seats = named.map((name): SeatIndex => {
    if (/^\d+$/.test(name)) {
      const seat = Number(name)
      if (seat >= layout.seats.x.length) errors.push(`  ${name}  the layout has ${layout.seats.x.length} seats`)
      return seat
    }
    const found = byName.get(name.normalize()) ?? []
    if (found.length === 0) errors.push(`  ${name}  there is no such seat; write Section/Row/Number or an index`)
    if (found.length > 1) errors.push(`  ${name}  several seats have this name; their indexes: ${found.join(', ')}`)
    return found[0] ?? 0
  })
  if (errors.length > 0) throw new CommandError(['these seats cannot be meant:', ...errors])
  return [...new Set(seats)]
}

export function seatName(layout: Layout, seat: SeatIndex): string {
  const { section, row, number } = layout.seats
  return `${layout.sections[section[seat] ?? -1]?.name ?? '?'}/${row[seat] ?? '?'}/${number[seat] ?? '?'}`
}

function seatsByName(layout: Layout): Map<string, SeatIndex[]> {
  const byName = new Map<string, SeatIndex[]>()
  for (let seat = 0; seat < layout.seats.x.length; seat += 1) {
    const name = seatName(layout, seat).normalize()
    const others = byName.get(name)
    if (others === undefined) byName.set(name, [seat])
    else others.push(seat)
  }
  return byName
}
