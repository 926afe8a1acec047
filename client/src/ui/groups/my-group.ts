import { batch, computed, signal, type ReadonlySignal, type Signal } from '@preact/signals'
import type { Refused } from '@seatcast/shared/protocol/command.ts'
import type { RequestNamed } from '@seatcast/shared/protocol/events.ts'
import type { GroupChanged, GroupStatus, GroupView } from '@seatcast/shared/protocol/group.ts'
import { requestKey, type Answer, type Link, type Unanswered } from '../../connection/socket.ts'
import { words } from '../../i18n/language.ts'
import {
  applyGroup,
  isNews,
  isOpenGroup,
  meIn,
  NO_GROUP,
  noticeSince,
  seatsOf,
  type GroupState,
} from '../../store/group-store.ts'
import { tick } from '../clock.ts'
import { plainNotice, type Notice } from '../performance/notice.ts'
import { GROUP_CODE, NOTICE_OF_GROUP, type GroupEvent } from './group-notice.ts'

export type GroupAnswer = { readonly ok: true; readonly group: GroupView | null } | Refused | Unanswered

/** The buyer's group of one performance, followed: what components read, and how they ask. */
export interface MyGroup {
  readonly state: ReadonlySignal<GroupState>
  readonly view: ReadonlySignal<GroupView | null>
  /** It chooses or pays: seats are chosen through it alone. */
  readonly isOpen: ReadonlySignal<boolean>
  /** Seats of the group; none without one. */
  readonly seats: ReadonlySignal<readonly number[]>
  /** Those that are mine, while the group chooses or pays. */
  readonly mySeats: ReadonlySignal<readonly number[]>
  /** The command under way. */
  readonly asking: ReadonlySignal<GroupEvent | null>
  /** Asks and takes the answer over. A refusal becomes a notice, unless `quiet`: then the asker says it. */
  ask<E extends GroupEvent>(event: E, request: RequestNamed<E>, quiet?: 'quiet'): Promise<GroupAnswer>
  /** Takes a block: these seats, else the best; `split`: over two rows is agreed to. */
  hold(seats?: readonly number[], split?: boolean): void
  /** An answer of a route. */
  take(view: GroupView): void
  changed(hint: GroupChanged): void
  readAgain(): void
  close(): void
}

interface GroupNeeds {
  readonly performanceId: string
  readonly link: Link
  readonly notice: Signal<Notice | null>
  /** Whether the sale is open as far as we know. */
  readonly mayAsk: () => boolean
  /** My seats of the group's changed. */
  readonly onSeats: () => void
}

/** How often it is looked whether a reading is due, ms. */
const LOOK_MS = 1_000
/** How long after an end the server's word may be missing before we ask, ms. Source: G1 and G13 allow 1 s. */
const OVERDUE_MS = 1_500
/** How often to read again beside what is pushed, ms; null: never. A push may be lost. Source: G17, less SPREAD and LOOK_MS. */
const READ_EVERY_MS: Record<GroupStatus, number | null> = {
  forming: 10_000,
  held: 10_000,
  paying: 5_000,
  capturing: 2_000,
  short: 5_000,
  sold: null,
  ended: null,
}
/** By how much of its interval a reading is sooner or later: after a node's death not everybody asks at the same moment. */
const SPREAD = 0.2
/** How soon a reading that failed is tried again, ms. Source: a guess. */
const AGAIN_MS = 2_000

export function openMyGroup({ performanceId, link, notice, mayAsk, onSeats }: GroupNeeds): MyGroup {
  const state = signal<GroupState>(NO_GROUP)
  const view = computed(() => state.value.view)
  const asking = signal<GroupEvent | null>(null)
  /** Numbers of what was asked: an answer that says "none" is void when a later question was answered before it. */
  let asked = 0
  let answered = 0
  let readMs = performance.now()
  let patience = 1
  let failed = false

  const take = (told: GroupView | null, number: number, mine: boolean): void => {
    const next = told === null || told.status === 'ended' ? null : withNames(told)
    const before = state.value.view
    const isSame = before !== null && next !== null && before.groupId === next.groupId
    if (!isSame && number < answered) return
    answered = Math.max(answered, number)
    if (next !== null && next.performanceId !== performanceId) return
    batch(() => {
      state.value = applyGroup(state.value, next, tick())
      onSeats()
      // What was said about the seats of before is over.
      const isOver = before?.status !== next?.status || seatsOfMine(before).join() !== seatsOfMine(next).join()
      if (isOver && (notice.value?.code === 'GROUP_ASKED' || notice.value?.code === 'IN_GROUP')) notice.value = null
      const happened = noticeSince(before, state.value.view)
      if (happened !== null && !mine) notice.value = plainNotice(NOTICE_OF_GROUP[happened])
      if (next === null && isOpenGroup(before) && !mine) notice.value = plainNotice('GROUP_GONE')
    })
  }
  const send = async <E extends GroupEvent>(event: E, request: RequestNamed<E>, key?: string): Promise<GroupAnswer> => {
    const number = ++asked
    const answer = (await link.ask(event, request, key)) as Answer<E> & GroupAnswer
    if (answer.ok) take(answer.group, number, event !== 'group:watch')
    return answer
  }
  const readAgain = async (): Promise<void> => {
    readMs = performance.now()
    patience = 1 + SPREAD * (2 * Math.random() - 1)
    const answer = await send('group:watch', { performanceId })
    failed = !answer.ok
    if (!answer.ok && answer.retryInMs !== undefined) readMs = performance.now() + answer.retryInMs - AGAIN_MS
  }

  const ask: MyGroup['ask'] = async (event, request, quiet) => {
    if (event === 'group:hold' && !mayAsk()) {
      notice.value = plainNotice('NOT_ON_SALE')
      return { ok: false, code: 'NOT_ON_SALE' }
    }
    asking.value = event
    notice.value = null
    const answer = await send(event, request, requestKey())
    batch(() => {
      asking.value = null
      if (answer.ok) return
      // What we show may be older than what refused us.
      void readAgain()
      if (quiet === undefined) refuse(event, answer, () => void ask(event, request))
    })
    return answer
  }
  const refuse = (event: GroupEvent, refused: Refused | Unanswered, again: () => void): void => {
    const facts: Omit<Partial<Refused>, 'code' | 'ok'> = refused
    // Two rows are the host's to agree to, or the group's word beforehand (G5).
    const mayConsent = view.value !== null && (view.value.split || meIn(view.value)?.isHost === true)
    const split = mayConsent ? (facts.split?.flat() ?? []) : []
    const isHosts = facts.split !== undefined && !mayConsent
    const offers = split.length > 0 ? [split] : (facts.alternatives ?? [])
    notice.value = {
      code: isHosts
        ? 'GROUP_HOST_SPLITS'
        : (GROUP_CODE[event]?.[refused.code] ?? GROUP_CODE.any[refused.code] ?? refused.code),
      count: view.value?.size ?? 0,
      who: view.value?.members.find(({ memberId }) => memberId === facts.memberId)?.name,
      retryAtMs: facts.retryInMs === undefined ? null : performance.now() + facts.retryInMs,
      offers,
      take: offers.length === 0 ? null : (seats) => hold(seats, split.length > 0),
      again: facts.retryInMs !== undefined || refused.code === 'NO_ANSWER' || refused.code === 'OFFLINE' ? again : null,
    }
  }
  const hold: MyGroup['hold'] = (seats, split) => {
    const groupId = view.value?.groupId
    if (groupId === undefined || asking.value !== null) return
    void ask('group:hold', {
      groupId,
      ...(seats === undefined ? {} : { seats: seats.toSorted((a, b) => a - b) }),
      ...(split === true ? { split } : {}),
    })
  }

  const lookWhetherDue = (): void => {
    if (!link.linked || document.visibilityState !== 'visible') return
    const now = performance.now()
    const { holdEndsMs, payUntilMs } = state.value
    const over = [holdEndsMs, payUntilMs].some((end) => end !== null && now > end + OVERDUE_MS)
    const every = failed || over ? AGAIN_MS : view.value === null ? null : READ_EVERY_MS[view.value.status]
    if (every !== null && now - readMs >= every * patience) void readAgain()
  }
  const timer = setInterval(lookWhetherDue, LOOK_MS)
  /** Somebody who was away for a while may have missed anything, a group of theirs from another device too. */
  const lookAtOnce = (): void => {
    if (link.linked && document.visibilityState === 'visible' && performance.now() - readMs >= AGAIN_MS)
      void readAgain()
  }
  document.addEventListener('visibilitychange', lookAtOnce)

  return {
    state,
    view,
    isOpen: computed(() => isOpenGroup(view.value)),
    seats: computed(() => (view.value === null ? [] : seatsOf(view.value))),
    mySeats: computed(() => seatsOfMine(view.value)),
    asking,
    ask,
    hold,
    take: (next) => take(next, ++asked, true),
    changed(hint) {
      if (hint.performanceId !== performanceId) return
      if (hint.gone === true || isNews(state.value, hint)) void readAgain()
    },
    readAgain: () => void readAgain(),
    close() {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', lookAtOnce)
    },
  }
}

const seatsOfMine = (view: GroupView | null): readonly number[] => (isOpenGroup(view) ? (meIn(view)?.seats ?? []) : [])

/** Who came without a name is called `#2`, `#3`, … by the server: in words here. */
function withNames(view: GroupView): GroupView {
  const { nameless } = words.peek().friends
  const members = view.members.map((member) => {
    const number = /^#(\d+)$/.exec(member.name)?.[1]
    return number === undefined ? member : { ...member, name: nameless(number) }
  })
  return { ...view, members }
}
