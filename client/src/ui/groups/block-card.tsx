import { useComputed, useSignal } from '@preact/signals'
import type { GroupView } from '@seatcast/shared/protocol/group.ts'
import { groupWords } from '../../i18n/group-words.ts'
import { meIn } from '../../store/group-store.ts'
import { nowMs } from '../clock.ts'
import { Icon } from '../frame/icon.tsx'
import { useSaleReason } from '../performance/sale-badge.tsx'
import { MAY_ASK, salePhase } from '../performance/sale.ts'
import { totalOf } from '../performance/seat-words.ts'
import { Asking } from './asking.tsx'
import { BlockSeats } from './block-seats.tsx'
import { GroupClock } from './group-clock.tsx'
import type { GroupPartProps } from './group-slots.tsx'
import { StartPaying } from './start-paying.tsx'
import { WishesCard } from './wishes-card.tsx'

interface BlockCardProps extends GroupPartProps {
  readonly group: GroupView
}

/** The group's block, or the way to it. */
export function BlockCard({ session, view, checkout, group }: BlockCardProps) {
  const t = groupWords.value.block
  const { hold } = group
  const releasing = useSignal(false)
  const assigning = useSignal(false)
  const searching = session.group.asking.value === 'group:hold'
  const phase = useComputed(() => salePhase(session.sale.value, nowMs.value)).value
  const reason = useSaleReason(session).value
  const isHost = meIn(group)?.isHost === true
  const show = (): void => {
    view.sheetOpen.value = false
    view.map.value?.focusSeats(group.hold?.seats ?? [])
  }
  if (hold === null) {
    return (
      <div class="block" data-block="none">
        <p class="muted">{MAY_ASK[phase] ? t.none(group.size) : t.beforeOpening}</p>
        <button
          type="button"
          class="button primary big"
          disabled={searching || !MAY_ASK[phase]}
          aria-describedby={reason === null ? undefined : 'block-reason'}
          onClick={() => session.group.hold()}
        >
          {searching ? t.taking : t.take(group.size)}
        </button>
        {reason !== null && (
          <p class="best-reason" id="block-reason">
            <Icon name="clock" size={16} />
            {reason}
          </p>
        )}
        {isHost && <WishesCard session={session} group={group} />}
      </div>
    )
  }
  return (
    <div class="block" data-block={hold.seats.length} data-shape={hold.shape}>
      <GroupClock session={session} group={group} />
      {group.notice === 'kept' && <p class="group-note">{t.kept}</p>}
      <p class="block-shape">
        <Icon name={hold.shape === 'row' ? 'check' : 'warning'} size={16} />
        {t.shape[hold.shape]}
      </p>
      <BlockSeats session={session} group={group} assigning={isHost && assigning.value} />
      <p class="total">
        <span>{t.total}</span>
        <strong>{totalOf(session.book, hold.seats)}</strong>
      </p>
      <StartPaying session={session} view={view} checkout={checkout} group={group} />
      <div class="actions">
        <button type="button" class="button" onClick={show}>
          {t.show}
        </button>
        <button type="button" class="button" disabled={searching} onClick={() => session.group.hold()}>
          {searching ? t.taking : t.another}
        </button>
        {isHost && group.members.length > 1 && (
          <button
            type="button"
            class="button"
            aria-pressed={assigning.value}
            onClick={() => (assigning.value = !assigning.value)}
          >
            {t.assignSeats}
          </button>
        )}
        {isHost && !releasing.value && (
          <button type="button" class="button quiet" onClick={() => (releasing.value = true)}>
            {t.release}
          </button>
        )}
      </div>
      {releasing.value && (
        <Asking
          text={t.sureRelease}
          onYes={() => session.group.ask('group:release', { groupId: group.groupId })}
          onNo={() => (releasing.value = false)}
        />
      )}
      {isHost && <WishesCard session={session} group={group} />}
    </div>
  )
}
