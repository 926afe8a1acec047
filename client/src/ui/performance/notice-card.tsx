import { useComputed } from '@preact/signals'
import { countdown } from '../../i18n/format.ts'
import { isolated } from '../../i18n/isolated.ts'
import { words } from '../../i18n/language.ts'
import { nowMs } from '../clock.ts'
import { Icon, type IconName } from '../frame/icon.tsx'
import { TONE, type Notice, type NoticeCode, type Tone } from './notice.ts'
import type { PerformanceSession } from './performance-session.ts'
import { isOpenOffer, lookOf } from './seat-state.ts'
import { rowsLabel, totalOf } from './seat-words.ts'

const SHAPE: Record<Tone, IconName> = { info: 'info', warning: 'warning', problem: 'warning' }

/** What the server could not do, or what happened to the hold, with one-tap ways on. */
export function NoticeCard({ session }: { readonly session: PerformanceSession }) {
  const notice = session.notice.value
  return notice === null ? null : <OpenNotice key={notice} session={session} notice={notice} />
}

function offersAre(code: NoticeCode): string {
  const { split, twoRows, instead, alternatives } = words.value.notice
  if (code === 'NO_BLOCK') return split
  if (code === 'GROUP_NO_BLOCK') return twoRows
  return code === 'IN_GROUP' ? instead : alternatives
}

function OpenNotice({ session, notice }: { readonly session: PerformanceSession; readonly notice: Notice }) {
  const t = words.value
  const sale = session.sale.value
  const untilMs = notice.code === 'NOT_ON_SALE' ? sale.opensAtMs : notice.retryAtMs
  const leftMs = useComputed(() => (untilMs === null ? 0 : Math.max(0, untilMs - nowMs.value)))
  const wait = useComputed(() => (leftMs.value === 0 ? '' : countdown(leftMs.value)))
  const tone = TONE[notice.code]
  const text = t.notice.text[notice.code]({
    count: notice.count,
    who: notice.who === undefined ? undefined : isolated(notice.who),
    maxSeats: session.performance.maxSeatsPerBuyer,
    wait: wait.value,
    sale: sale.status,
  })
  const offers = notice.offers.filter((seats) => isOpenOffer(seats.map((seat) => lookOf(session, seat))))
  const close = (): void => {
    session.notice.value = null
  }
  return (
    <div class={`floating notice ${tone}`} data-notice={notice.code}>
      <Icon name={SHAPE[tone]} />
      <p class="notice-text">{text}</p>
      <button type="button" class="icon-button close" aria-label={t.dismiss} onClick={close}>
        <Icon name="close" />
      </button>
      {offers.length > 0 && (
        <div class="offers">
          <p>{offersAre(notice.code)}</p>
          {offers.map((seats) => (
            <button
              key={seats.join()}
              type="button"
              class="offer"
              aria-label={t.notice.take(`${rowsLabel(session.book, seats)}, ${totalOf(session.book, seats)}`)}
              onClick={() => notice.take?.(seats)}
            >
              <span>{rowsLabel(session.book, seats)}</span>
              <strong>{totalOf(session.book, seats)}</strong>
            </button>
          ))}
        </div>
      )}
      {notice.again !== null && (
        <button type="button" class="button" disabled={wait.value !== ''} onClick={notice.again}>
          {t.retry}
        </button>
      )}
    </div>
  )
}
