import type { Order } from '@seatcast/shared/protocol/order.ts'

/** An order with its sections called what the reader calls them: orders keep the layout's own names. */
export function named<O extends Order | null>(order: O, nameOf: (name: string) => string): O {
  if (order === null) return order
  return { ...order, seats: order.seats.map((seat) => ({ ...seat, section: nameOf(seat.section) })) }
}
