import { batch, useComputed } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { dateAndTime } from '../../i18n/format.ts'
import { words } from '../../i18n/language.ts'
import { showTitle } from '../../i18n/show-title.ts'
import { CheckoutSlot, ContinueToPayment } from '../checkout/checkout-slot.tsx'
import { openCheckout } from '../checkout/open-checkout.ts'
import { Header } from '../frame/header.tsx'
import { FriendsButton, FriendsCard } from '../groups/friends.tsx'
import { GroupExtras, GroupOnMap, GroupSlot, GroupStep } from '../groups/group-slots.tsx'
import { BestSeats } from './best-seats.tsx'
import { ConnectionBadge, ConnectionBanner } from './connection-badge.tsx'
import { LiveFacts } from './live-facts.tsx'
import { MapView } from './map-view.tsx'
import { MySeats } from './my-seats.tsx'
import { NoticeCard } from './notice-card.tsx'
import type { PerformanceSession } from './performance-session.ts'
import { SaleBadge, SaleBanner } from './sale-badge.tsx'
import { SeatCard } from './seat-card.tsx'
import { SeatList, SEAT_LIST_ID } from './seat-list.tsx'
import { SheetHandle } from './sheet-handle.tsx'
import { SpokenNews } from './spoken-news.tsx'
import { StatusKey } from './status-key.tsx'
import { viewState } from './view-state.ts'
import { ZoneStrip } from './zone-strip.tsx'

/** The page of one performance: the map fills it, what is mine stands beside (desktop) or below (phones). */
export function SeatPicker({ session }: { readonly session: PerformanceSession }) {
  const view = useMemo(() => viewState(session), [session])
  const checkout = useMemo(() => openCheckout(session, view), [session])
  const { performance } = session
  const grouped = session.group.isOpen.value
  // Who is asked for their share, or has paid it, sees that first.
  const paying = (session.group.view.value?.payment ?? null) !== null
  const sheetClass = useComputed(() => (view.sheetOpen.value ? 'panel open' : 'panel'))
  const title = showTitle(performance.show)
  useEffect(() => {
    document.title = `${title} · Seatcast`
  }, [title])

  const t = words.value
  const openList = (event: MouseEvent): void => {
    event.preventDefault()
    batch(() => {
      view.sheetOpen.value = true
      view.listOpen.value = true
    })
    // On phones the sheet has to be drawn up before anything in it can have the focus.
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`#${SEAT_LIST_ID} summary`)?.focus())
  }
  return (
    <div class="picker">
      <a class="skip-link" href={`#${SEAT_LIST_ID}`} onClick={openList}>
        {t.skipToSeats}
      </a>
      <Header title={title} subtitle={dateAndTime(performance.startsAt)}>
        <SaleBadge session={session} />
        <LiveFacts session={session} />
        <ConnectionBadge session={session} />
      </Header>
      <main class="picker-main">
        <div class="map-column">
          <ConnectionBanner session={session} />
          <SaleBanner session={session} />
          <ZoneStrip session={session} view={view} />
          <MapView session={session} view={view}>
            <div class="map-messages">
              <NoticeCard session={session} />
              <SeatCard session={session} view={view} />
              <GroupStep session={session} view={view} checkout={checkout} />
            </div>
            <FriendsButton session={session} view={view} />
            <GroupOnMap session={session} view={view} />
          </MapView>
        </div>
        <div class={sheetClass}>
          <SheetHandle session={session} view={view} checkout={checkout} />
          <div class="panel-content">
            {paying && <CheckoutSlot key="checkout" session={session} view={view} checkout={checkout} />}
            <GroupSlot session={session} view={view} checkout={checkout} />
            {!paying && <CheckoutSlot key="checkout" session={session} view={view} checkout={checkout} />}
            {!grouped && (
              <>
                <MySeats session={session} view={view} />
                <ContinueToPayment session={session} checkout={checkout} />
                <BestSeats session={session} view={view} />
                <FriendsCard session={session} view={view} />
              </>
            )}
            <StatusKey session={session} />
            <SeatList session={session} view={view} />
          </div>
        </div>
      </main>
      <SpokenNews session={session} />
      <GroupExtras session={session} view={view} />
    </div>
  )
}
