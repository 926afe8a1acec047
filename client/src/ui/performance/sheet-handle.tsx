import { useComputed } from '@preact/signals'
import { countdown } from '../../i18n/format.ts'
import { words } from '../../i18n/language.ts'
import { isUnpaid } from '../../store/my-orders.ts'
import type { Checkout } from '../checkout/checkout.ts'
import { isSecured } from '../checkout/secured.ts'
import { nowMs } from '../clock.ts'
import { Icon } from '../frame/icon.tsx'
import { useHoldClock } from './hold-countdown.tsx'
import type { PerformanceSession } from './performance-session.ts'
import { totalOf } from './seat-words.ts'
import type { ViewState } from './view-state.ts'

interface SheetHandleProps {
  readonly session: PerformanceSession
  readonly view: ViewState
  readonly checkout: Checkout
}

/** Phones: the part of the sheet that is always in sight. A tap draws it up or down. */
export function SheetHandle({ session, view, checkout }: SheetHandleProps) {
  const t = words.value
  const { seats } = session.hold.value
  const clock = useHoldClock(session)
  const wish = session.wish.value
  // The order that the sheet shows or, beside none, one that waits for its money.
  const shown = useComputed(() => {
    const orders = session.orders.value
    return orders.find(({ orderId }) => orderId === checkout.openId.value) ?? orders.find(isUnpaid)
  })
  const order = shown.value
  const toPayFor = useComputed(() => {
    const due = shown.value?.deadlineMs ?? null
    return due === null ? null : countdown(due - nowMs.value)
  })
  const open = view.sheetOpen.value
  const shownOrder = { orderId: checkout.openId.value, state: checkout.state.value }
  const secured = order !== undefined && isSecured(order, shownOrder, session.group.view.value)
  const group = session.group.isOpen.value ? session.group.view.value : null
  const blockClock = useComputed(() => {
    const ends = session.group.state.value.holdEndsMs
    return ends === null ? null : countdown(ends - nowMs.value)
  })
  return (
    <button type="button" class="sheet-handle" aria-expanded={open} onClick={() => (view.sheetOpen.value = !open)}>
      <span class="grip" aria-hidden="true" />
      {wish !== null ? (
        <span class="sheet-summary">{t.checkout.changing(wish.length)}</span>
      ) : seats.length === 0 && order !== undefined ? (
        <span class="sheet-summary">
          <strong>{secured ? t.checkout.secured : isUnpaid(order) ? t.checkout.toPay : t.checkout.bought}</strong>
          {isUnpaid(order) ? (
            <span class="sheet-clock">
              <Icon name="clock" size={16} />
              {toPayFor.value}
            </span>
          ) : (
            <span>{t.mySeats.count(order.seats.length)}</span>
          )}
        </span>
      ) : group !== null ? (
        <span class="sheet-summary">
          <strong>{t.friends.group}</strong>
          <span>{t.friends.here(group.members.length, Math.max(group.size, group.members.length))}</span>
          {blockClock.value !== null && (
            <span class="sheet-clock">
              <Icon name="clock" size={16} />
              {blockClock.value}
            </span>
          )}
        </span>
      ) : seats.length === 0 ? (
        <span class="sheet-summary">{t.best.title}</span>
      ) : (
        <span class="sheet-summary">
          <strong>{t.mySeats.count(seats.length)}</strong>
          <span>{totalOf(session.book, seats)}</span>
          <span class={clock.urgent.value ? 'sheet-clock urgent' : 'sheet-clock'}>
            <Icon name="clock" size={16} />
            {clock.text.value}
          </span>
        </span>
      )}
      <Icon name={open ? 'down' : 'up'} />
      <span class="visually-hidden">{open ? t.sheet.shut : t.sheet.open}</span>
    </button>
  )
}
