import { useSignal, useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { GroupView } from '@seatcast/shared/protocol/group.ts'
import { groupWords } from '../../i18n/group-words.ts'
import { words } from '../../i18n/language.ts'
import { meIn } from '../../store/group-store.ts'
import { nowMs } from '../clock.ts'
import { warnSeconds } from '../performance/hold-countdown.tsx'
import type { PerformanceSession } from '../performance/performance-session.ts'
import { rowsLabel } from '../performance/seat-words.ts'

/** Said to screen readers: what happens in one's own group. */
export function GroupNews({ session }: { readonly session: PerformanceSession }) {
  const said = useSignal('')
  const before = useRef<GroupView | null>(null)
  useSignalEffect(() => {
    const after = session.group.view.value
    const text = after === null ? '' : newsOf(before.current, after, (seats) => rowsLabel(session.book, seats))
    before.current = after
    if (text !== '') said.value = text
  })
  const warned = useRef<string | null>(null)
  useSignalEffect(() => {
    const { view, holdEndsMs } = session.group.state.value
    const seconds = warnSeconds(session.performance.groupHoldSeconds)
    const key = `${view?.hold?.holdId}:${view?.hold?.mayExtend}`
    if (holdEndsMs === null || holdEndsMs - nowMs.value > seconds * 1000 || warned.current === key) return
    warned.current = key
    said.value = words.peek().mySeats.runningOut(seconds)
  })
  return (
    <p class="visually-hidden group-news" role="status" aria-live="polite">
      {said.value}
    </p>
  )
}

/** `placesOf`: seats in words. Empty: nothing that has to be said. */
export function newsOf(
  before: GroupView | null,
  after: GroupView,
  placesOf: (seats: readonly number[]) => string,
): string {
  if (before === null || before.groupId !== after.groupId) return ''
  const t = groupWords.peek()
  const news: string[] = []
  const ids = (group: GroupView): ReadonlySet<string> => new Set(group.members.map(({ memberId }) => memberId))
  const [idsBefore, idsAfter] = [ids(before), ids(after)]
  for (const { memberId, name } of after.members) if (!idsBefore.has(memberId)) news.push(t.news.joined(name))
  for (const { memberId, name } of before.members) if (!idsAfter.has(memberId)) news.push(t.news.left(name))
  if (before.hold === null && after.hold !== null) news.push(t.news.block(after.hold.seats.length))
  const mine = meIn(after)?.seats ?? []
  if (mine.length > 0 && mine.join() !== (meIn(before)?.seats ?? []).join()) news.push(t.news.mySeat(placesOf(mine)))
  for (const { asksForMySeat, memberId, name } of after.members) {
    const asked = before.members.some((one) => one.memberId === memberId && one.asksForMySeat)
    if (asksForMySeat && !asked) news.push(t.member.asks(name))
  }
  if (before.payment === null && after.payment !== null) news.push(t.news.paying)
  const paid = (group: GroupView): number =>
    group.members.filter(({ share }) => share === 'reserved' || share === 'paid').length
  if (after.status === 'sold') {
    if (before.status !== 'sold') news.push(t.news.sold)
  } else if (after.payment !== null && paid(after) > paid(before)) {
    news.push(t.news.paid(paid(after), after.members.filter(({ share }) => share !== 'none').length))
  }
  return news.join(' ')
}
