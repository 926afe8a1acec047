import { useSignal } from '@preact/signals'
import type { GroupMember, GroupView } from '@seatcast/shared/protocol/group.ts'
import { groupWords } from '../../i18n/group-words.ts'
import { isolated } from '../../i18n/isolated.ts'
import { meIn } from '../../store/group-store.ts'
import { Icon, type IconName } from '../frame/icon.tsx'
import type { PerformanceSession } from '../performance/performance-session.ts'
import { rowsLabel } from '../performance/seat-words.ts'
import { Asking } from './asking.tsx'
import { MyName } from './my-name.tsx'
import { initialOf } from './initial.ts'

interface MembersProps {
  readonly session: PerformanceSession
  readonly group: GroupView
}

const SHARE_ICON: Record<GroupMember['share'], IconName> = {
  none: 'minus',
  open: 'clock',
  paying: 'dots',
  reserved: 'check',
  paid: 'check',
}

/** Who is in: here or away, where they sit, and while it is being paid for, whether they have. */
export function Members({ session, group }: MembersProps) {
  const host = meIn(group)?.isHost === true
  return (
    <ul class="members">
      {group.members.map((member) => (
        <Member key={member.memberId} session={session} group={group} member={member} byHost={host} />
      ))}
    </ul>
  )
}

interface MemberProps extends MembersProps {
  readonly member: GroupMember
  /** I am the host. */
  readonly byHost: boolean
}

function Member({ session, group, member, byHost }: MemberProps) {
  const t = groupWords.value.member
  const removing = useSignal(false)
  const renaming = useSignal(false)
  const { groupId } = group
  const { memberId, name, seats, isMe, isHost, online } = member
  const pays = group.payment !== null
  const chooses = !pays
  const isOver = group.status === 'sold'
  return (
    <li class={isMe ? 'member me' : 'member'} data-member={name} data-online={online} data-share={member.share}>
      <span class={online && !isOver ? 'initial online' : 'initial'} aria-hidden="true">
        {initialOf(name)}
      </span>
      <span class="member-words">
        <span class="member-name">
          <strong>
            <bdi>{name}</bdi>
          </strong>
          {isMe && <span class="tag">{t.you}</span>}
          {isHost && <span class="tag">{t.host}</span>}
        </span>
        <span class="muted">
          {seats.length === 0 ? t.noSeat : rowsLabel(session.book, seats)}
          {!isOver && ` · ${online ? t.here : t.away}`}
        </span>
        {pays && group.rule !== 'one_pays' && (
          <span class={`share ${member.share}`}>
            <Icon name={SHARE_ICON[member.share]} size={16} />
            {t.share[member.share]}
          </span>
        )}
      </span>
      {isMe && !isOver && !renaming.value && (
        <button
          type="button"
          class="icon-button"
          aria-label={t.rename}
          title={t.rename}
          onClick={() => (renaming.value = true)}
        >
          <Icon name="edit" size={18} />
        </button>
      )}
      {byHost && !isMe && chooses && !removing.value && (
        <button
          type="button"
          class="icon-button"
          aria-label={t.remove(name)}
          title={t.remove(name)}
          onClick={() => (removing.value = true)}
        >
          <Icon name="close" size={18} />
        </button>
      )}
      {renaming.value && (
        <MyName group={session.group} groupId={groupId} name={name} onDone={() => (renaming.value = false)} />
      )}
      {removing.value && (
        <Asking
          text={t.sureRemove(isolated(name))}
          onYes={() => session.group.ask('group:remove', { groupId, memberId })}
          onNo={() => (removing.value = false)}
        />
      )}
    </li>
  )
}
