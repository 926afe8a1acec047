import { words } from '../../i18n/language.ts'
import { SeatFactsBlock } from './seat-facts-block.tsx'
import type { PerformanceSession } from './performance-session.ts'
import { actOf, type SeatAct } from './seat-state.ts'
import type { ViewState } from './view-state.ts'

interface HoverCardProps {
  readonly session: PerformanceSession
  readonly view: ViewState
}

/** What a seat is, before anything is held; follows the mouse and stays inside the map. */
export function HoverCard({ session, view }: HoverCardProps) {
  const hover = view.hover.value
  if (hover === null) return null
  const t = words.value.seat
  const hints: Record<SeatAct, string | null> = {
    hold: t.clickToHold,
    release: t.clickToRelease,
    nearby: t.nearby,
    choose: t.clickToChoose,
    leave: t.clickToLeave,
    sit: words.value.friends.clickToSit,
    ask: words.value.friends.clickToAsk,
    explain: null,
    none: null,
  }
  const hint = hints[actOf(session, hover.seat)]
  const host = view.map.value === null ? null : document.querySelector('.map-host')
  const flipX = host !== null && hover.x > host.clientWidth - 330
  const flipY = host !== null && hover.y > host.clientHeight - 190
  const transform = `translate(${flipX ? 'calc(-100% - 14px)' : '14px'}, ${flipY ? 'calc(-100% - 14px)' : '14px'})`
  return (
    <div class="hover-card" aria-hidden="true" style={{ left: `${hover.x}px`, top: `${hover.y}px`, transform }}>
      <SeatFactsBlock session={session} seat={hover.seat} />
      {hint !== null && <p class="hint">{hint}</p>}
    </div>
  )
}
