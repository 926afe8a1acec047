import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { openLink, requestKey } from '../../connection/socket.ts'
import { visitor } from '../../connection/visitor.ts'
import { groupWords } from '../../i18n/group-words.ts'
import { localPath, words } from '../../i18n/language.ts'
import { rememberedName } from '../../store/my-name.ts'
import { Header } from '../frame/header.tsx'
import { loadRenderer } from '../performance/load-renderer.ts'
import { PerformancePage } from '../performance/performance-page.tsx'
import { anyName } from './any-name.ts'
import { CodeField } from './friends.tsx'
import { CAN_TRY_AGAIN, joinProblem, type JoinProblem } from './join-problem.ts'
import '../styles/group-invitation.css'

type Joining =
  | { readonly kind: 'asking' }
  | { readonly kind: 'in'; readonly performanceId: string }
  | { readonly kind: 'refused'; readonly problem: JoinProblem; readonly performanceId: string | undefined }

/** Opens an invitation: the friend is in, and their performance's map follows; from then on its address is the map's. */
export function JoinPage({ code }: { readonly code: string }) {
  const joining = useSignal<Joining>({ kind: 'asking' })
  const attempt = useSignal(0)
  useEffect(() => {
    let left = false
    joining.value = { kind: 'asking' }
    // Meanwhile: whoever is invited will see the map.
    loadRenderer().catch(() => undefined)
    const key = requestKey()
    const name = rememberedName() ?? anyName()
    const join = async (): Promise<void> => {
      const answer = await link.ask('group:join', { code, name }, key)
      if (left) return
      if (answer.ok) {
        const { performanceId } = answer.group
        history.replaceState(history.state, '', localPath(`/p/${encodeURIComponent(performanceId)}`))
        joining.value = { kind: 'in', performanceId }
        link.close()
      } else if (answer.code !== 'OFFLINE') {
        const performanceId = 'performanceId' in answer ? answer.performanceId : undefined
        joining.value = { kind: 'refused', problem: joinProblem(answer.code), performanceId }
      }
    }
    const link = openLink(visitor, {
      // Lost before the answer: the same key is the same wish.
      onLink: (event) => {
        if (event === 'linked' && joining.peek().kind === 'asking') void join()
      },
      onNewGuest: () => undefined,
    })
    return () => {
      left = true
      link.close()
    }
  }, [code, attempt.value])

  const t = groupWords.value.join
  const state = joining.value
  if (state.kind === 'in') return <PerformancePage performanceId={state.performanceId} />
  if (state.kind === 'asking') {
    return (
      <>
        <Header />
        <main class="loading" aria-busy="true">
          <p id="joining" role="status">
            {t.joining}
          </p>
          <progress aria-labelledby="joining" />
        </main>
      </>
    )
  }
  const { title, text } = t.problem[state.problem]
  return (
    <>
      <Header />
      <main class="message join-refused" data-join-problem={state.problem}>
        <h1>{title}</h1>
        <p>{text}</p>
        <CodeField />
        <div class="actions">
          {state.performanceId !== undefined && (
            <a class="button primary" href={localPath(`/p/${encodeURIComponent(state.performanceId)}`)}>
              {t.mine}
            </a>
          )}
          {CAN_TRY_AGAIN[state.problem] && (
            <button
              type="button"
              class={state.performanceId === undefined ? 'button primary' : 'button'}
              onClick={() => attempt.value++}
            >
              {words.value.retry}
            </button>
          )}
          <a class="button" href={localPath('/')}>
            {words.value.home}
          </a>
        </div>
      </main>
    </>
  )
}
