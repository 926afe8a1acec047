import { useSignal } from '@preact/signals'
import { RequestRefused } from '../../connection/authorized.ts'
import { adoptDeviceLink } from '../../connection/groups-api.ts'
import { groupWords } from '../../i18n/group-words.ts'
import { localPath, words } from '../../i18n/language.ts'
import { orderWords } from '../../i18n/order-words.ts'

/** Makes this device the buyer's who made the link; asked first, as the link works once and changes who one is here. */
export function DevicePage({ deviceKey }: { readonly deviceKey: string }) {
  const t = groupWords.value.device
  const working = useSignal(false)
  const problem = useSignal<string | null>(null)
  const performanceId = new URLSearchParams(location.search).get('p')
  const adopt = async (): Promise<void> => {
    if (working.value) return
    working.value = true
    problem.value = null
    try {
      await adoptDeviceLink(deviceKey)
      location.replace(localPath(performanceId === null ? '/' : `/p/${encodeURIComponent(performanceId)}`))
    } catch (error) {
      if (!(error instanceof RequestRefused)) throw error
      problem.value = error.code === 'UNAUTHENTICATED' ? t.failed : orderWords.value.problem[error.code]
      working.value = false
    }
  }
  return (
    <main class="message">
      <h1>{t.title}</h1>
      <p>{t.text}</p>
      {problem.value !== null && <p role="alert">{problem.value}</p>}
      <div class="actions">
        <button type="button" class="button primary" aria-disabled={working.value} onClick={() => void adopt()}>
          {working.value ? t.going : t.go}
        </button>
        <a class="button" href={localPath('/')}>
          {words.value.home}
        </a>
      </div>
    </main>
  )
}
