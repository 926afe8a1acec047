import { useSignal, useSignalEffect } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { language, words } from '../../i18n/language.ts'
import type { SeatMap, TapTarget } from '../../renderer/seat-map-contract.ts'
import { Icon, type IconName } from '../frame/icon.tsx'
import { HoverCard } from './hover-card.tsx'
import { loadRenderer } from './load-renderer.ts'
import type { PerformanceSession } from './performance-session.ts'
import { actOf, chooseSeat } from './seat-state.ts'
import type { ViewState } from './view-state.ts'

interface MapViewProps {
  readonly session: PerformanceSession
  readonly view: ViewState
  readonly children: ComponentChildren
}

/** A step of the zoom buttons. */
const ZOOM_STEP = 1.7

/** Hosts the canvas and keeps it told; Pixi is fetched when this is on the screen. */
export function MapView({ session, view, children }: MapViewProps) {
  const host = useRef<HTMLDivElement>(null)
  const failed = useSignal(false)
  const attempt = useSignal(0)
  const t = words.value.map

  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)')
    let left = false
    let pointer = 'mouse'
    let making = 0
    const sensePointer = (event: PointerEvent): void => {
      pointer = event.pointerType
    }
    const onTap = (target: TapTarget): void => tapped(session, view, target, pointer)

    const create = async (): Promise<void> => {
      const element = host.current
      if (element === null) return
      const mine = ++making
      const { createSeatMap } = await loadRenderer()
      if (left || mine !== making) return
      const map = await createSeatMap({
        host: element,
        layout: session.book.layout,
        zoneOfSeat: session.book.zoneOfSeat,
        zoneColors: session.book.zones.map((zone) => zone.color),
        statuses: session.store.statuses,
        nameOf: session.book.nameOf,
        onTap,
        onHover: (seat, at) => (view.hover.value = seat === null ? null : { seat, ...at }),
        reducedMotion: matchMedia('(prefers-reduced-motion: reduce)').matches,
        theme: dark.matches ? 'dark' : 'light',
      })
      if (left || mine !== making) map.destroy()
      else view.map.value = map
    }
    const createOrSay = (): void => {
      create().then(
        () => (failed.value = false),
        () => (failed.value = true),
      )
    }
    const recreate = (): void => {
      view.map.value?.destroy()
      view.map.value = null
      createOrSay()
    }
    host.current?.addEventListener('pointerdown', sensePointer, { capture: true })
    dark.addEventListener('change', recreate)
    createOrSay()
    return () => {
      left = true
      host.current?.removeEventListener('pointerdown', sensePointer, { capture: true })
      dark.removeEventListener('change', recreate)
      view.map.value?.destroy()
      view.map.value = null
    }
    // The map's own texts are made once, so another language makes another map.
  }, [session, attempt.value, language.value])

  useEffect(
    () =>
      session.onSeats((changed) => {
        const map = view.map.value
        map?.seatsChanged(changed.all ? 'all' : changed.seats)
      }),
    [session],
  )
  useSignalEffect(() => view.map.value?.setMine(session.mine.value))
  useSignalEffect(() => view.map.value?.setPending(session.commands.pending.value))
  useSignalEffect(() => view.map.value?.setHighlight(view.highlight.value))
  useSignalEffect(() => view.map.value?.setZoneFilter(view.zoneFilter.value))
  useSignalEffect(() => {
    if (session.hasMap.value) view.map.value?.setSectionFacts(session.counts.value.bySection, session.book.capacity)
  })

  const map = (): SeatMap | null => view.map.value
  return (
    <div class="map-view">
      <div
        class={session.hasMap.value ? 'map-host' : 'map-host waiting'}
        ref={host}
        role="img"
        aria-label={t.label}
        aria-busy={!session.hasMap.value}
      />
      {failed.value && (
        <div class="map-failed" role="alert">
          <p>{t.unavailable}</p>
          <button type="button" class="button" onClick={() => attempt.value++}>
            {words.value.retry}
          </button>
        </div>
      )}
      <HoverCard session={session} view={view} />
      <div class="map-controls">
        <MapButton icon="plus" label={t.zoomIn} onClick={() => map()?.zoomBy(ZOOM_STEP)} />
        <MapButton icon="minus" label={t.zoomOut} onClick={() => map()?.zoomBy(1 / ZOOM_STEP)} />
        <MapButton icon="hall" label={t.wholeHall} onClick={() => map()?.fit()} />
        {session.mine.value.length > 0 && (
          <MapButton icon="seat" label={t.mySeats} onClick={() => map()?.focusSeats(session.mine.value)} />
        )}
      </div>
      {children}
    </div>
  )
}

/**
 * A mouse has seen the hover card: a click holds or releases at once. A finger has not: its first tap opens the seat's
 * card, the card's button or a second tap on the seat acts.
 */
function tapped(session: PerformanceSession, view: ViewState, target: TapTarget, pointer: string): void {
  switch (target.kind) {
    case 'seat': {
      const knows = pointer === 'mouse' || view.selected.value === target.seat
      const acts = actOf(session, target.seat) !== 'none'
      view.selected.value = knows && acts ? null : target.seat
      if (knows) chooseSeat(session, target.seat)
      return
    }
    case 'section':
      view.selected.value = null
      view.map.value?.focusSection(target.section)
      return
    case 'none':
      view.selected.value = null
      return
  }
}

interface MapButtonProps {
  readonly icon: IconName
  readonly label: string
  readonly onClick: () => void
}

function MapButton({ icon, label, onClick }: MapButtonProps) {
  return (
    <button type="button" class="map-button" aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} />
    </button>
  )
}
