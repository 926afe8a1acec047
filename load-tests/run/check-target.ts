import { StartError } from '../../server/src/lifecycle/service.ts'

/** How long it may take to answer, ms. A guess: further away than that is no place for a load test. */
const PATIENCE_MS = 10_000
/** Of no performance: the audit route tells an organiser that there is none. */
const NO_PERFORMANCE = '00000000-0000-0000-0000-000000000000'

/**
 * Asks a system that is there once, before anything is started: that nothing answers, or that the token is no organiser's, is
 * then one sentence, and not a stack in the log of k6.
 */
export async function checkTarget(origin: string, organiserToken: string | null, signal: AbortSignal): Promise<void> {
  const { status, code } = await ask(origin, organiserToken, signal)
  if (status >= 500 || code === undefined)
    throw new StartError(`What answers at ${origin} is no Seatcast that is ready: its audit route said HTTP ${status}.`)
  if (organiserToken !== null && (status === 401 || status === 403))
    throw new StartError(`SEATCAST_ORGANISER_TOKEN is no organiser's at ${origin}: the audit route said ${code}.`)
}

interface Said {
  readonly status: number
  /** Of a refusal; nobody else's servers have one. */
  readonly code: string | undefined
}

async function ask(origin: string, organiserToken: string | null, signal: AbortSignal): Promise<Said> {
  try {
    const response = await fetch(`${origin}/api/admin/audit/${NO_PERFORMANCE}`, {
      headers: organiserToken === null ? {} : { authorization: `Bearer ${organiserToken}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    })
    return { status: response.status, code: codeIn(await response.text()) }
  } catch (error) {
    signal.throwIfAborted()
    throw new StartError(`Nothing answers at ${origin} (${reasonOf(error)}): is SEATCAST_URL right, and the system up?`)
  }
}

function codeIn(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { readonly code?: string } | null)?.code
  } catch {
    return undefined // no JSON: somebody else's page
  }
}

/** `ECONNREFUSED` and the like say more than "fetch failed". */
function reasonOf(error: unknown): string {
  const { cause, message, name } = error as {
    readonly cause?: unknown
    readonly message: string
    readonly name: string
  }
  if (name === 'TimeoutError') return `not within ${PATIENCE_MS / 1_000} s`
  const { code, message: why } = (cause ?? {}) as { readonly code?: string; readonly message?: string }
  return code ?? why ?? message
}
