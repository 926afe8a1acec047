import type { GroupView } from '@seatcast/shared/protocol/group.ts'
import { groupWords } from '../../i18n/group-words.ts'
import { meIn, sitterOf } from '../../store/group-store.ts'
import { Icon } from '../frame/icon.tsx'
import { Picker } from '../frame/picker.tsx'
import type { PerformanceSession } from '../performance/performance-session.ts'
import { sit } from '../performance/seat-state.ts'
import { placeInSection, priceOf, spokenPlace } from '../performance/seat-words.ts'
import { initialOf } from './initial.ts'

interface BlockSeatsProps {
  readonly session: PerformanceSession
  readonly group: GroupView
  /** The host says whose each seat is. */
  readonly assigning: boolean
}

/** The block's seats by place: whose each is, and how to change that. */
export function BlockSeats({ session, group, assigning }: BlockSeatsProps) {
  const t = groupWords.value
  const seats = group.hold?.seats ?? []
  const me = meIn(group)
  const busy = session.group.asking.value !== null
  return (
    <ul class="block-seats">
      {seats.map((seat) => {
        const facts = session.book.facts(seat)
        const sitter = sitterOf(group, seat)
        const mine = sitter?.isMe === true
        const place = spokenPlace(facts)
        return (
          <li key={seat} class={mine ? 'mine' : ''} data-seat={seat} data-sitter={sitter?.name ?? ''}>
            <span class={sitter === undefined ? 'initial nobody' : 'initial'} aria-hidden="true">
              {sitter === undefined ? '+' : initialOf(sitter.name)}
            </span>
            <span class="my-seat-place">
              <span>
                <span class="swatch" style={{ backgroundColor: facts.zone?.color ?? 'transparent' }} />
                {placeInSection(facts)}
              </span>
              <span class="muted">
                <bdi>{sitter === undefined ? t.block.nobody : mine ? t.member.you : sitter.name}</bdi> ·{' '}
                {priceOf(facts)}
              </span>
            </span>
            {mine ? (
              <button
                type="button"
                class="icon-button"
                disabled={busy}
                aria-label={`${t.block.standUp}: ${place}`}
                title={t.block.standUp}
                onClick={() => void session.group.ask('group:sit', { groupId: group.groupId, seat: null })}
              >
                <Icon name="close" size={18} />
              </button>
            ) : (
              <button
                type="button"
                class="button"
                disabled={busy || (sitter !== undefined && me?.seats.length === 0)}
                aria-label={sitter === undefined ? t.block.sitAt(place) : t.block.askFor(sitter.name, place)}
                onClick={() => void sit(session, seat)}
              >
                {sitter === undefined ? t.block.sit : t.block.ask}
              </button>
            )}
            {assigning && (
              <Picker
                label={t.block.assign(place)}
                labelHidden
                value={sitter?.memberId ?? ''}
                choices={[
                  { value: '', label: t.block.nobodyChoice },
                  ...group.members.map(({ memberId, name }) => ({ value: memberId, label: name })),
                ]}
                onChoose={(memberId) =>
                  void session.group.ask('group:assign', {
                    groupId: group.groupId,
                    memberId: memberId === '' ? null : memberId,
                    seat,
                  })
                }
              />
            )}
          </li>
        )
      })}
    </ul>
  )
}
