import { words } from '../../i18n/language.ts'
import { Icon } from '../frame/icon.tsx'
import type { PerformanceSession } from './performance-session.ts'
import { SeatFactsBlock } from './seat-facts-block.tsx'
import { actOf, chooseSeat, lookOf, type SeatAct } from './seat-state.ts'
import { spokenPlace } from './seat-words.ts'
import type { ViewState } from './view-state.ts'

interface SeatCardProps {
  readonly session: PerformanceSession
  readonly view: ViewState
}

/** Touch: the seat that was tapped, and one big button for what can be done with it. */
export function SeatCard({ session, view }: SeatCardProps) {
  const seat = view.selected.value
  if (seat === null) return null
  const t = words.value
  const look = lookOf(session, seat)
  const acts: Record<SeatAct, string | null> = {
    hold: t.seat.hold,
    release: t.seat.release,
    nearby: t.seat.nearby,
    choose: t.seat.choose,
    leave: t.seat.leave,
    sit: t.friends.sit,
    ask: t.friends.askToSwap,
    explain: t.friends.explain,
    none: null,
  }
  const act = look === 'pending' ? t.seat.holding : acts[actOf(session, seat)]
  const close = (): void => {
    view.selected.value = null
  }
  const choose = (): void => {
    chooseSeat(session, seat)
    close()
  }
  return (
    <div class="floating seat-card" role="group" aria-label={spokenPlace(session.book.facts(seat))}>
      <SeatFactsBlock session={session} seat={seat} />
      <button type="button" class="icon-button close" aria-label={t.close} onClick={close}>
        <Icon name="close" />
      </button>
      {act !== null && (
        <button
          type="button"
          class={look === 'available' || look === 'ours' ? 'button primary big' : 'button big'}
          disabled={look === 'pending'}
          onClick={choose}
        >
          {act}
        </button>
      )}
    </div>
  )
}
