import type { Order } from '@seatcast/shared/protocol/order.ts'
import { money } from '../../i18n/format.ts'
import { words } from '../../i18n/language.ts'
import { orderWords } from '../../i18n/order-words.ts'

interface OrderSeatsProps {
  readonly order: Order
  readonly colorOf?: (zoneId: string) => string | undefined
}

/** An order's seats with their frozen prices, and the total. */
export function OrderSeats({ order, colorOf }: OrderSeatsProps) {
  const t = orderWords.value
  const { seat: place } = words.value
  return (
    <div class="order-seats">
      <ul>
        {order.seats.map(({ seat, section, row, number, zoneId, price, released }) => (
          <li key={seat} class={released ? 'released' : ''}>
            <span
              class="swatch"
              style={{ backgroundColor: colorOf?.(zoneId) ?? 'var(--line-strong)' }}
              aria-hidden="true"
            />
            <span class="my-seat-place">
              <span class="muted">{section}</span>
              <span>
                {place.row(row)} · {place.number(number)}
              </span>
            </span>
            {released && <span class="released-mark">{t.order.released}</span>}
            <span class="price">{money(price, order.currency)}</span>
          </li>
        ))}
      </ul>
      <p class="total">
        <span>{t.checkout.total}</span>
        <strong>{money(order.amount, order.currency)}</strong>
      </p>
    </div>
  )
}
