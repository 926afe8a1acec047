import type { Layout } from '@seatcast/shared/domain/layout.ts'
import type { Position } from '@seatcast/shared/domain/revision.ts'
import type { Snapshot } from '@seatcast/shared/protocol/delta.ts'
import type { Guest, PerformanceDetail, ShowList } from '@seatcast/shared/protocol/http.ts'
import type { RefusalCode } from '@seatcast/shared/protocol/refusal.ts'

/** What people need to know about a request that failed; whether it makes sense to ask again follows from it. */
export type LoadFailure = 'NETWORK' | 'NOT_FOUND' | 'BUSY' | 'BROKEN'

/** A GET or POST that did not give what was asked for. */
export class LoadError extends Error {
  override readonly name = 'LoadError'
  readonly failure: LoadFailure

  constructor(path: string, failure: LoadFailure, options?: ErrorOptions) {
    super(`${path}: ${failure}`, options)
    this.failure = failure
  }
}

/** Bytes of a body so far; `total` null when the server did not say (a compressed body). */
export interface Progress {
  readonly received: number
  readonly total: number | null
}

export const createGuest = (): Promise<Guest> => request<Guest>('/api/guests', { method: 'POST' })

export const listShows = (cursor: string | null): Promise<ShowList> =>
  request<ShowList>(cursor === null ? '/api/shows' : `/api/shows?cursor=${encodeURIComponent(cursor)}`)

export const readPerformance = (id: string): Promise<PerformanceDetail> =>
  request<PerformanceDetail>(`/api/performances/${encodeURIComponent(id)}`)

/** `min`: waits up to 1 s for at least that state. */
export const readSnapshot = (id: string, min?: Position): Promise<Snapshot> =>
  request<Snapshot>(
    `/api/performances/${encodeURIComponent(id)}/snapshot${min === undefined ? '' : `?min=${min.epoch}-${min.revision}`}`,
  )

/** The layout may have some MB: it is read piece by piece. */
export async function readLayout(url: string, onProgress: (progress: Progress) => void): Promise<Layout> {
  const response = await answered(url)
  const encoded = response.headers.get('content-encoding') !== null
  const length = Number(response.headers.get('content-length'))
  const total = !encoded && length > 0 ? length : null
  if (response.body === null) return (await response.json()) as Layout
  const pieces: Uint8Array<ArrayBuffer>[] = []
  let received = 0
  const reader = response.body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      pieces.push(value)
      received += value.byteLength
      onProgress({ received, total })
    }
  } catch (error) {
    throw new LoadError(url, 'NETWORK', { cause: error })
  }
  try {
    return JSON.parse(await new Blob(pieces).text()) as Layout
  } catch (error) {
    throw new LoadError(url, 'BROKEN', { cause: error })
  }
}

async function request<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await answered(path, init)
  try {
    return (await response.json()) as T
  } catch (error) {
    throw new LoadError(path, 'BROKEN', { cause: error })
  }
}

async function answered(path: string, init?: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, init)
  } catch (error) {
    throw new LoadError(path, 'NETWORK', { cause: error })
  }
  if (!response.ok) throw new LoadError(path, failureOf(response.status, await problemCode(response)))
  return response
}

const BUSY: ReadonlySet<RefusalCode> = new Set(['RATE_LIMITED', 'OVERLOADED', 'UNAVAILABLE', 'MAP_RELOADING'])

function failureOf(status: number, code: RefusalCode | undefined): LoadFailure {
  if (status === 404 || status === 400) return 'NOT_FOUND'
  if ((code !== undefined && BUSY.has(code)) || status === 429 || status === 503) return 'BUSY'
  return 'BROKEN'
}

async function problemCode(response: Response): Promise<RefusalCode | undefined> {
  try {
    return ((await response.json()) as { code?: RefusalCode }).code
  } catch {
    return undefined // A proxy's answer: its status alone decides.
  }
}
