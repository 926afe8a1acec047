import { useSignal } from '@preact/signals'
import type { GroupView } from '@seatcast/shared/protocol/group.ts'
import { RequestRefused, type RequestProblem } from '../../connection/authorized.ts'
import { makeDeviceLink } from '../../connection/groups-api.ts'
import { groupWords } from '../../i18n/group-words.ts'
import { orderWords } from '../../i18n/order-words.ts'
import { showTitle } from '../../i18n/show-title.ts'
import { meIn } from '../../store/group-store.ts'
import { Icon } from '../frame/icon.tsx'
import type { PerformanceSession } from '../performance/performance-session.ts'
import { QrCode } from './qr-code.tsx'

interface InvitationProps {
  readonly session: PerformanceSession
  readonly group: GroupView
}

/** In the panel: folded away once the block is there. */
export function InvitationCard({ session, group }: InvitationProps) {
  const t = groupWords.value.invitation
  const unfolded = useSignal<boolean | null>(null)
  const open = unfolded.value ?? (group.hold === null && group.members.length < group.size)
  return (
    <details
      class="group-more"
      open={open}
      onToggle={(event) => {
        if (event.currentTarget.open !== open) unfolded.value = event.currentTarget.open
      }}
    >
      <summary>
        {t.title}
        <Icon name="down" size={18} />
      </summary>
      {open && <Invitation session={session} group={group} />}
    </details>
  )
}

/** How friends come in: link, QR code, short code; and the way to one's own other device. */
export function Invitation({ session, group }: InvitationProps) {
  const t = groupWords.value.invitation
  const isHost = meIn(group)?.isHost === true
  const { invitation, groupId } = group
  const renew = (open: boolean): void => {
    void session.group.ask('group:renew', open ? { groupId } : { groupId, open })
  }
  return (
    <div class="invitation">
      {invitation === null ? (
        <p class="muted">{t.shutNow}</p>
      ) : (
        <>
          <LinkToSend
            link={location.origin + invitation.path}
            label={t.link}
            title={showTitle(session.performance.show)}
          />
          <div class="invitation-codes">
            <QrCode text={location.origin + invitation.path} label={t.qr} />
            <p>
              <span class="muted">{t.code}</span>
              <strong class="short-code">{invitation.code}</strong>
              <span class="muted">{lifetime(invitation.expiresInMs)}</span>
            </p>
          </div>
        </>
      )}
      {isHost && (
        <div class="actions">
          <button type="button" class="button" onClick={() => renew(true)}>
            {invitation === null ? t.open : t.renew}
          </button>
          {invitation !== null && (
            <button type="button" class="button quiet" onClick={() => renew(false)}>
              {t.shut}
            </button>
          )}
        </div>
      )}
      <OtherDevice performanceId={session.performance.id} />
    </div>
  )
}

function lifetime(ms: number): string {
  const t = groupWords.value.invitation
  const minutes = Math.max(1, Math.round(ms / 60_000))
  return minutes < 90 ? t.minutes(minutes) : t.hours(Math.round(minutes / 60))
}

interface LinkToSendProps {
  readonly link: string
  readonly label: string
  /** Offers the device's own way to share it, under this title. */
  readonly title?: string
}

function LinkToSend({ link, label, title }: LinkToSendProps) {
  const t = groupWords.value.invitation
  const copied = useSignal('')
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(link)
      copied.value = link
    } catch {
      // Not allowed here: the link can be selected by hand.
    }
  }
  const share = async (): Promise<void> => {
    try {
      await navigator.share({ title: t.shareText(title ?? ''), text: t.shareText(title ?? ''), url: link })
    } catch {
      // They thought better of it.
    }
  }
  return (
    <div class="link-to-send">
      <input type="text" readOnly value={link} aria-label={label} onFocus={(event) => event.currentTarget.select()} />
      <div class="actions">
        <button type="button" class="button" onClick={() => void copy()}>
          <span role="status">{copied.value === link ? t.copied : t.copy}</span>
        </button>
        {title !== undefined && 'share' in navigator && (
          <button type="button" class="button" onClick={() => void share()}>
            <Icon name="share" size={18} />
            {t.share}
          </button>
        )}
      </div>
    </div>
  )
}

function OtherDevice({ performanceId }: { readonly performanceId: string }) {
  const t = groupWords.value.invitation
  const link = useSignal<string | null>(null)
  const problem = useSignal<RequestProblem | null>(null)
  const make = async (): Promise<void> => {
    problem.value = null
    try {
      link.value = await makeDeviceLink(performanceId)
    } catch (error) {
      if (!(error instanceof RequestRefused)) throw error
      problem.value = error.code
    }
  }
  return (
    <div class="other-device">
      {link.value === null ? (
        <button type="button" class="button quiet" onClick={() => void make()}>
          {t.device}
        </button>
      ) : (
        <>
          <p class="muted">{t.deviceText}</p>
          <LinkToSend link={link.value} label={t.device} />
          <QrCode text={link.value} label={t.deviceQr} />
        </>
      )}
      {problem.value !== null && (
        <p class="checkout-problem" role="alert">
          {orderWords.value.problem[problem.value] ?? orderWords.value.other(problem.value)}
        </p>
      )}
    </div>
  )
}
