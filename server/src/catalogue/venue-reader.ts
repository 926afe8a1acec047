import { Worker } from 'node:worker_threads'
import type { LayoutCategory } from '@seatcast/shared/domain/layout.ts'
import { RefusalError } from '../http/refusal.ts'
import type { PathError } from './price-zones.ts'
import type { PackedLayout } from './venue-repository.ts'

/** A venue file as read: ready to store, or every mistake in it with its path (V2). */
export type ReadVenue =
  | {
      readonly ok: true
      readonly name: string
      readonly packed: PackedLayout
      readonly categories: readonly LayoutCategory[]
      readonly guesses: readonly string[]
    }
  | { readonly ok: false; readonly errors: readonly PathError[] }

export type VenueTask =
  | { readonly kind: 'read'; readonly file: Uint8Array }
  | { readonly kind: 'export as pretix'; readonly file: Uint8Array }

export type VenueTaskResult =
  | { readonly kind: 'read'; readonly venue: ReadVenue }
  | { readonly kind: 'export as pretix'; readonly file: Uint8Array }

/** Reads and writes venue files away from the event loop that sends frames: a stadium would stall it for half a second. */
export interface VenueReader {
  read(file: Buffer): Promise<ReadVenue>
  exportAsPretix(file: Buffer): Promise<Buffer>
}

/** Files waiting their turn in one process; more are refused. Source: a guess; each may weigh 64 MB. */
const WAITING_MAX = 4
/** A thread that takes longer is ended, ms. Source: a hundred times the demo stadium's 0.5 s. */
const READ_TIMEOUT_MS = 60_000
/** Heap of the thread, MB: a file that needs more ends its thread, not the process. */
const HEAP_MB = 1_024
/** A thread without work is ended, and its memory with it, after this, ms. Starting one takes 200 ms. */
const IDLE_MS = 5_000

export function venueReader(): VenueReader {
  const run = venueThread()
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0

  const inTurn = async (task: VenueTask): Promise<VenueTaskResult | 'gave up'> => {
    if (waiting >= WAITING_MAX) throw new RefusalError('OVERLOADED')
    waiting += 1
    const turn = last.then(
      () => run(task),
      () => run(task),
    )
    last = turn
    try {
      return await turn
    } finally {
      waiting -= 1
    }
  }

  return {
    async read(file) {
      const result = await inTurn({ kind: 'read', file })
      if (result === 'gave up') return { ok: false, errors: [{ path: '', message: 'the file is too big to be read' }] }
      if (result.kind !== 'read') throw new Error(`the venue thread answered ${result.kind} to read`)
      return result.venue.ok ? { ...result.venue, packed: asBuffers(result.venue.packed) } : result.venue
    },
    async exportAsPretix(file) {
      const result = await inTurn({ kind: 'export as pretix', file })
      if (result === 'gave up') throw new Error('a stored venue file could not be exported')
      if (result.kind !== 'export as pretix') throw new Error(`the venue thread answered ${result.kind} to export`)
      return Buffer.from(result.file)
    },
  }
}

/** One thread, started with the first task and ended when idle, hung or broken. One task at a time. */
function venueThread(): (task: VenueTask) => Promise<VenueTaskResult | 'gave up'> {
  let kept: { readonly thread: Worker; readonly idle: NodeJS.Timeout } | undefined

  const start = () => {
    const thread = new Worker(new URL('./venue-reader-thread.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    })
    const idle = setTimeout(() => end(thread), IDLE_MS)
    idle.unref()
    return { thread, idle }
  }
  const end = (thread: Worker) => {
    if (kept?.thread === thread) kept = undefined
    void thread.terminate()
  }

  return async (task) => {
    const { thread, idle } = (kept ??= start())
    clearTimeout(idle)
    thread.ref()
    const answer = await answerOf(thread, task)
    if (answer.ok) {
      thread.unref() // an idle thread keeps no process alive
      kept = { thread, idle: idle.refresh() }
      return answer.result
    }
    end(thread)
    if (answer.fault === undefined) return 'gave up'
    throw answer.fault
  }
}

type ThreadAnswer =
  { readonly ok: true; readonly result: VenueTaskResult } | { readonly ok: false; readonly fault: Error | undefined }

/** No fault and not ok: out of time or memory. */
function answerOf(thread: Worker, task: VenueTask): Promise<ThreadAnswer> {
  const { promise, resolve } = Promise.withResolvers<ThreadAnswer>()
  const onMessage = (result: VenueTaskResult) => resolve({ ok: true, result })
  const onError = (fault: NodeJS.ErrnoException) =>
    resolve({ ok: false, fault: fault.code === 'ERR_WORKER_OUT_OF_MEMORY' ? undefined : fault })
  const onExit = () => resolve({ ok: false, fault: new Error('the venue thread ended without an answer') })
  const timeout = setTimeout(() => resolve({ ok: false, fault: undefined }), READ_TIMEOUT_MS)
  thread.on('message', onMessage).on('error', onError).on('exit', onExit)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  thread.postMessage(task)
  return promise.finally(() => {
    clearTimeout(timeout)
    thread.off('message', onMessage).off('error', onError).off('exit', onExit)
  })
}

/** Buffers cross threads as plain byte arrays. */
const asBuffers = (packed: PackedLayout): PackedLayout => ({
  ...packed,
  document: Buffer.from(packed.document),
  documentSha256: Buffer.from(packed.documentSha256),
  source: Buffer.from(packed.source),
})
