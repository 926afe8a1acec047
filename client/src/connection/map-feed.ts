import type { Clock } from '@seatcast/shared/domain/clock.ts'
import type { Position } from '@seatcast/shared/domain/revision.ts'
import type { MapDelta, MapReset, MapStatus, Snapshot } from '@seatcast/shared/protocol/delta.ts'
import type { AckNamed, RequestNamed } from '@seatcast/shared/protocol/events.ts'
import type { RefusalCode } from '@seatcast/shared/protocol/refusal.ts'
import type { SaleStatus } from '@seatcast/shared/protocol/sale.ts'
import type { Mine } from '@seatcast/shared/protocol/watch.ts'
import type { SeatStore } from '../store/seat-store.ts'

export type FeedState = 'offline' | 'joining' | 'live' | 'resyncing'

/** What a feed needs and whom it tells. `ask` and `fetchSnapshot` reject when there is no answer. */
export interface MapFeedLinks {
  readonly performanceId: string
  readonly store: Pick<SeatStore, 'position' | 'applyDelta' | 'applySnapshot'>
  readonly clock: Clock
  /** Sends `map:watch` and resolves with its ack; must time out by itself. */
  readonly ask: (request: RequestNamed<'map:watch'>) => Promise<AckNamed<'map:watch'>>
  /** `GET …/snapshot`, with `?min=` where given. */
  readonly fetchSnapshot: (min?: Position) => Promise<Snapshot>
  /** 0 ≤ n < 1; spreads retries. */
  readonly random: () => number
  readonly onState?: (state: FeedState) => void
  /** What is mine, true at `at`. */
  readonly onMine?: (mine: Mine, at: Position) => void
  readonly onSale?: (status: SaleStatus, opensInMs: number | null) => void
  readonly onStatus?: (status: MapStatus) => void
  /** A refusal that asking again does not help: the feed stops. */
  readonly onRefused?: (code: RefusalCode) => void
}

/** A heartbeat comes every 5 s; two lost ones and some slack. Source: design, wire contract (heartbeat). */
export const SILENCE_MS = 12_000
/** First and longest wait before asking again after a failure; spread up to twice that. Source: clients are to heal within 5 s. */
const RETRY_MS = { first: 250, longest: 2_000 } as const
/** Wait when our server does not know an epoch yet that we have seen elsewhere. Source: a mirror is rebuilt in about 100 ms. */
const SERVER_BEHIND_MS = 200
/** Frames kept while joining; beyond, the oldest go and the join ends in one more catch-up. Source: 25 s of 25 ms ticks. */
const WAITING_FRAMES_MAX = 1_000
/** Rounds of watch and snapshot without a wait. Source: two are needed (a cached snapshot, then the rest), one more for bad luck. */
const ROUNDS_MAX = 3

type Next = 'in step' | 'live' | 'again' | { readonly waitMs: number } | 'stop'

/** Keeps a store in step with one performance's map: joins, applies, notices gaps and silence, catches up. Pure: no socket. */
export class MapFeed {
  readonly #links: MapFeedLinks
  #state: FeedState = 'offline'
  /** Counts connections; work begun under another number is void. */
  #connection = 0
  #syncing = false
  #failures = 0
  #waitingFrames: MapDelta[] = []
  /** The least position a reset told us to have. */
  #resetTo: Position | undefined
  #lastFrameMs = 0
  #cancelTimer: (() => void) | undefined

  constructor(links: MapFeedLinks) {
    this.#links = links
  }

  get state(): FeedState {
    return this.#state
  }

  /** The socket is connected, for the first time or again. */
  connected(): void {
    this.disconnected()
    this.#failures = 0
    this.#lastFrameMs = this.#links.clock.nowMs()
    this.#setState(this.#links.store.position === undefined ? 'joining' : 'resyncing')
    void this.#sync(this.#connection)
  }

  /** The socket is gone; frames of before are void. */
  disconnected(): void {
    this.#connection++
    this.#syncing = false
    this.#waitingFrames = []
    this.#cancelTimer?.()
    this.#setState('offline')
  }

  receiveDelta(delta: MapDelta): void {
    if (this.#state === 'offline' || delta[0] !== this.#links.performanceId) return
    this.#lastFrameMs = this.#links.clock.nowMs()
    if (this.#syncing) {
      this.#waitingFrames.push(delta)
      if (this.#waitingFrames.length > WAITING_FRAMES_MAX) this.#waitingFrames.shift()
    } else if (this.#links.store.applyDelta(delta) === 'gap') this.#catchUp()
  }

  receiveReset([performanceId, epoch, revision]: MapReset): void {
    if (this.#state === 'offline' || performanceId !== this.#links.performanceId) return
    this.#lastFrameMs = this.#links.clock.nowMs()
    const position = { epoch, revision }
    if (reached(this.#links.store.position, position)) return
    if (!reached(this.#resetTo, position)) this.#resetTo = position
    this.#catchUp()
  }

  receiveStatus(status: MapStatus): void {
    if (this.#state === 'offline' || status.performanceId !== this.#links.performanceId) return
    this.#links.onStatus?.(status)
  }

  #setState(state: FeedState): void {
    if (this.#state === state) return
    this.#state = state
    this.#links.onState?.(state)
  }

  /** At most one catch-up is in flight; a gap found meanwhile is judged again when it ends. */
  #catchUp(): void {
    if (this.#syncing) return
    if (this.#state === 'live') this.#setState('resyncing')
    void this.#sync(this.#connection)
  }

  async #sync(connection: number): Promise<void> {
    this.#syncing = true
    this.#cancelTimer?.()
    let next: Next = 'again'
    for (let rounds = 0; next === 'again'; rounds++) {
      try {
        next = rounds < ROUNDS_MAX ? await this.#attempt(connection) : { waitMs: this.#backoffMs() }
      } catch {
        // No answer: the link, a timeout or a proxy. Which one does not matter; asking again later is all one can do.
        next = { waitMs: this.#backoffMs() }
      }
      if (connection !== this.#connection) return
      // In one turn with the end of the sync: a frame that comes between would wait for ever.
      if (next === 'in step') next = this.#applyWaiting()
    }
    if (next === 'live') {
      this.#syncing = false
      this.#failures = 0
      this.#setState('live')
      this.#watchSilence()
    } else if (typeof next === 'object') {
      this.#cancelTimer = this.#links.clock.after(next.waitMs, () => void this.#sync(connection))
    }
  }

  /** One `map:watch` and what follows from its answer. */
  async #attempt(connection: number): Promise<Next> {
    const { store, performanceId } = this.#links
    const fresh = this.#resetTo !== undefined
    const asked = fresh ? undefined : store.position
    const ack = await this.#links.ask({ performanceId, ...asked })
    if (connection !== this.#connection) return 'stop'
    if (!ack.ok) return this.#refused(ack.code, ack.retryInMs)
    this.#lastFrameMs = this.#links.clock.nowMs()
    const at = { epoch: ack.epoch, revision: ack.revision }
    if (store.position !== undefined && at.epoch < store.position.epoch)
      return { waitMs: this.#spread(SERVER_BEHIND_MS) }
    this.#links.onMine?.(ack.mine, at)
    this.#links.onSale?.(ack.status, ack.opensInMs)
    if (ack.deltas === undefined) {
      // Told to although I gave a position of this epoch: a cached snapshot may be just what I have.
      return this.#takeSnapshot(connection, at, fresh || asked !== undefined)
    }
    return ack.deltas.map((delta) => store.applyDelta(delta)).includes('gap')
      ? { waitMs: this.#backoffMs() }
      : 'in step'
  }

  /** In step when the store has reached the ack's position; an older snapshot is followed by `map:watch` with its position. */
  async #takeSnapshot(connection: number, at: Position, fresh: boolean): Promise<Next> {
    const { store } = this.#links
    const least = fresh ? later(this.#resetTo, at) : undefined
    let snapshot = await this.#links.fetchSnapshot(least)
    // A cache may still have the epoch before.
    if (least === undefined && snapshot.epoch < at.epoch) snapshot = await this.#links.fetchSnapshot(at)
    if (connection !== this.#connection) return 'stop'
    store.applySnapshot(snapshot)
    if (store.position === undefined || store.position.epoch < at.epoch) return { waitMs: this.#backoffMs() }
    if (reached(store.position, this.#resetTo)) this.#resetTo = undefined
    return this.#resetTo === undefined && reached(store.position, at) ? 'in step' : 'again'
  }

  #applyWaiting(): Next {
    const frames = this.#waitingFrames
    this.#waitingFrames = []
    for (const frame of frames) {
      // A frame of an epoch that we have left was sent before the reset.
      if (frame[1] < (this.#links.store.position?.epoch ?? 0)) continue
      if (this.#links.store.applyDelta(frame) === 'gap') return 'again'
    }
    if (reached(this.#links.store.position, this.#resetTo)) this.#resetTo = undefined
    return this.#resetTo === undefined ? 'live' : 'again'
  }

  #refused(code: RefusalCode, retryInMs: number | undefined): Next {
    if (retryInMs !== undefined) {
      this.#failures++
      return { waitMs: this.#spread(Math.max(retryInMs, 1)) }
    }
    this.#links.onRefused?.(code)
    return 'stop'
  }

  #backoffMs(): number {
    return this.#spread(Math.min(RETRY_MS.longest, RETRY_MS.first * 2 ** this.#failures++))
  }

  /** Between the wait and twice of it, so that a herd does not come back as one. */
  #spread(waitMs: number): number {
    return waitMs * (1 + this.#links.random())
  }

  /** Heartbeats make silence mean loss (F1): without a frame for SILENCE_MS, watch again. */
  #watchSilence(): void {
    const quietMs = this.#links.clock.nowMs() - this.#lastFrameMs
    this.#cancelTimer = this.#links.clock.after(Math.max(1, SILENCE_MS - quietMs), () => {
      if (this.#links.clock.nowMs() - this.#lastFrameMs >= SILENCE_MS) this.#catchUp()
      else this.#watchSilence()
    })
  }
}

/** Whether `here` is at or after `there`. */
function reached(here: Position | undefined, there: Position | undefined): boolean {
  if (there === undefined) return true
  if (here === undefined) return false
  return here.epoch > there.epoch || (here.epoch === there.epoch && here.revision >= there.revision)
}

function later(one: Position | undefined, other: Position): Position {
  return one !== undefined && reached(one, other) ? one : other
}
