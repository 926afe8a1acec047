import { MapFeed } from '../../../client/src/connection/map-feed.ts'
import type { Clock } from '../../../shared/src/domain/clock.ts'
import type { MapDelta } from '../../../shared/src/protocol/delta.ts'
import type {
  AckNamed,
  ClientToServerEvents,
  CommandEvent,
  RequestNamed,
  ServerToClientEvents,
} from '../../../shared/src/protocol/events.ts'
import { type ConnectError, NoAnswerError, SocketIo, Timer } from '../socket-io.bundle.js'
import { asciiBytes } from './ascii-bytes.ts'
import { ORIGIN } from './knobs.ts'
import { MapCopy } from './map-copy.ts'
import * as metrics from './metrics.ts'
import type { Sale } from './sale.ts'
import { fetchSnapshot } from './snapshot-shelf.ts'
import { guarded } from './unbroken.ts'

export interface PageOptions {
  readonly token: string
  readonly sale: Sale
  /** k6's tags for this page's own metrics. */
  readonly tags?: Readonly<Record<string, string>>
  /** A frame that changes seats came while the map was live. */
  readonly onFrame?: (delta: MapDelta) => void
}

/** A command's answer, or that none came. */
export type Answer<E extends CommandEvent> = AckNamed<E> | { readonly ok: false; readonly code: 'NO_ANSWER' }

/** How a refused or lost connection is made again. Source: the client's own (client/src/connection/socket.ts). */
const RECONNECTION = { delayMs: 500, delayMsMax: 5_000, jitter: 0.5 } as const
/** Then a dial is given up and made again, ms. Source: a guess: far above any handshake, far below a visitor's patience. */
const DIAL_MS = 10_000

/** An open seat map: one socket, the client's own feed, a copy of the map; counts what went wrong. */
export class Page {
  readonly socket: SocketIo<ServerToClientEvents, ClientToServerEvents>
  readonly map: MapCopy
  readonly #options: PageOptions
  readonly #feed: MapFeed
  readonly #onLive: (() => void)[] = []
  #isOpen = false
  #timer: Timer | undefined
  #lostAtMs = 0
  #backAtMs = 0

  constructor(options: PageOptions) {
    const { sale, token, tags = {} } = options
    this.#options = options
    this.map = new MapCopy(sale.seatCount, asciiBytes)
    this.socket = new SocketIo(ORIGIN, {
      auth: { token },
      tags,
      connectTimeoutMs: DIAL_MS,
      shareDecoded: true,
      reconnection: RECONNECTION,
    })
    const { map } = this
    this.#feed = new MapFeed({
      performanceId: sale.performanceId,
      store: {
        get position() {
          return map.position
        },
        applyDelta: (delta) => this.#apply(delta),
        applySnapshot: (snapshot) => map.applySnapshot(snapshot),
      },
      clock: CLOCK,
      random: Math.random,
      ask: (request) => this.socket.ask('map:watch', request),
      fetchSnapshot: (min) => fetchSnapshot(sale.performanceId, min),
      onState: (state) => state === 'live' && this.#live(),
    })
    this.#listen()
  }

  get isLive(): boolean {
    return this.#feed.state === 'live'
  }

  /** Opens the page; resolves when the map is live, or with false when it is not within `patienceMs`. */
  async open(patienceMs = 30_000): Promise<boolean> {
    const startedMs = Date.now()
    this.#isOpen = true
    this.socket.on('connect', () => {
      if (this.#lostAtMs === 0) metrics.connectTime.add(Date.now() - startedMs, this.#options.tags)
    })
    this.socket.connect()
    const isLive = await this.live(patienceMs)
    // Those who waited in vain too: a p99 of the survivors would look good.
    metrics.joinTime.add(Date.now() - startedMs, this.#options.tags)
    return isLive
  }

  /** Resolves when the map is live: true, or false when it is not in time. */
  live(patienceMs: number): Promise<boolean> {
    if (this.isLive) return Promise.resolve(true)
    return new Promise((resolve) => {
      const timer = new Timer(() => resolve(false), patienceMs)
      this.#onLive.push(() => {
        timer.clear()
        resolve(true)
      })
    })
  }

  close(): void {
    this.#isOpen = false
    this.#timer?.clear()
    this.#feed.disconnected()
    this.socket.disconnect()
  }

  /** The link, if there is one, breaks without a word; the page comes back by itself. */
  loseConnection(): void {
    if (this.socket.connected) this.socket.breakLink()
  }

  /** Asks and times it; an answer that does not come is counted and told as NO_ANSWER. */
  async command<E extends CommandEvent>(
    event: E,
    request: Omit<RequestNamed<E>, 'performanceId'>,
  ): Promise<{ readonly answer: Answer<E>; readonly elapsedMs: number; readonly sentMs: number }> {
    const sentMs = Date.now()
    const { performanceId } = this.#options.sale
    // The performance goes with every command that has one; those of groups name their group.
    const whole = (NAMES_PERFORMANCE.test(event) ? { performanceId, ...request } : request) as RequestNamed<E>
    const answer = await (this.socket.ask(event, ...([whole] as never)) as Promise<AckNamed<E>>).catch(
      (fault: unknown) => {
        if (!(fault instanceof NoAnswerError)) throw fault
        // Without a connection nobody was asked: that is counted as a lost or refused socket.
        if (fault.why === 'timeout' && this.socket.connected) metrics.unanswered.add(1, { event })
        return { ok: false, code: 'NO_ANSWER' } as const
      },
    )
    return { answer, elapsedMs: Date.now() - sentMs, sentMs }
  }

  #listen(): void {
    const { socket } = this
    socket.on('connect', () => {
      metrics.dialsStalled.add(false)
      this.#backAtMs = Date.now()
      this.#feed.connected()
    })
    socket.on('disconnect', (reason) => {
      this.#feed.disconnected()
      if (!this.#isOpen) return
      this.#lostAtMs = Date.now()
      metrics.lostSockets.add(1, { reason })
      if (reason === 'io server disconnect') this.#dialAgain(0)
    })
    socket.on('connect_error', (error) => this.#refused(error))
    socket.on(
      'map:delta',
      guarded((delta) => this.#feed.receiveDelta(delta)),
    )
    socket.on(
      'map:reset',
      guarded((reset) => this.#feed.receiveReset(reset)),
    )
  }

  /** What the feed does with a frame. One that comes while the map is live must follow the one before. */
  #apply(delta: MapDelta): 'apply' | 'stale' | 'gap' {
    const verdict = this.map.applyDelta(delta)
    if (verdict === 'stale' || !this.isLive) return verdict
    if (verdict === 'apply') this.#options.onFrame?.(delta)
    // Another epoch is no loss: the server says so with map:reset.
    else if (delta[1] === this.map.position?.epoch) metrics.gaps.add(1)
    return verdict
  }

  #live(): void {
    if (this.#lostAtMs > 0) {
      metrics.reconnectTime.add(Date.now() - this.#lostAtMs)
      metrics.resyncTime.add(Date.now() - this.#backAtMs)
      this.#lostAtMs = 0
    }
    for (const resolve of this.#onLive.splice(0)) resolve()
  }

  /** A refusal that says when to come again is followed; without, the socket's own backoff works, or nothing helps. */
  #refused({ why, data, message }: ConnectError): void {
    // Dialled again by the socket; whose silence it was nobody can tell.
    if (why === 'timeout') {
      console.warn(`dialled again: ${message}`)
      return metrics.dialsStalled.add(true)
    }
    const { code = 'NO_ANSWER', retryInMs } = (data ?? {}) as { code?: string; retryInMs?: number }
    metrics.refusedSockets.add(1, { code })
    if (code === 'NO_ANSWER') console.warn(`no connection: ${message}`)
    if (retryInMs !== undefined) this.#dialAgain(retryInMs)
  }

  #dialAgain(retryInMs: number): void {
    this.#timer = new Timer(() => this.#isOpen && this.socket.connect(), retryInMs * (1 + Math.random()))
  }
}

const NAMES_PERFORMANCE = /^(map|seats):|^group:(create|watch)$/

const CLOCK: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, act) {
    const timer = new Timer(act, delayMs)
    return () => timer.clear()
  },
}
