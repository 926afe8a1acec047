import type { Layout } from '@seatcast/shared/domain/layout.ts'
import type { SeatIndex } from '@seatcast/shared/domain/ids.ts'
import type { OrderTickets } from '@seatcast/shared/protocol/ticket.ts'
import type { Db } from '../database/client.ts'
import type { StoredOrder } from '../orders/order-repository.ts'
import type { FindOrderLayout } from '../orders/order-view.ts'
import type { TicketCodes } from './ticket-code.ts'
import { ticketsOf } from './ticket-repository.ts'

export interface TicketNeeds {
  readonly db: Db
  readonly codes: TicketCodes
  readonly findLayout: FindOrderLayout
}

/** The order's tickets, made from its paid seats in this moment (T1, T2). */
export async function orderTickets(
  { db, codes, findLayout }: TicketNeeds,
  order: StoredOrder,
): Promise<Omit<OrderTickets, 'pageUrl'>> {
  const { id: orderId, performanceId } = order
  const layout = await findLayout(order.layoutId)
  const stored = await ticketsOf(db, orderId)
  return {
    orderId,
    performanceId,
    status: order.status,
    tickets: stored.map(({ seat, serial, usedAt }) => ({
      ...printedPlace(layout, seat),
      serial,
      ticket: codes.writeTicket({ performanceId, orderId, seat, serial }),
      usedAt: usedAt?.toISOString() ?? null,
    })),
  }
}

/** A seat with its names as printed. */
export function printedPlace({ sections, seats }: Layout, seat: SeatIndex) {
  return {
    seat,
    section: sections[seats.section[seat] ?? -1]?.name ?? '',
    row: seats.row[seat] ?? '',
    number: seats.number[seat] ?? '',
  }
}
