import type {
  AckNamed,
  ClientToServerEvents,
  CommandEvent,
  RequestNamed,
  ServerToClientEvents,
} from '@seatcast/shared/protocol/events.ts'
import type { RefusalCode } from '@seatcast/shared/protocol/refusal.ts'
import { io, type Socket } from 'socket.io-client'
import type { GuestTokens } from './guest-token.ts'

/** No answer came (`NO_ANSWER`: it may still have happened), or there was no link to ask on (nothing happened). */
export interface Unanswered {
  readonly ok: false
  readonly code: 'NO_ANSWER' | 'OFFLINE'
  readonly retryInMs?: undefined
}

export type Answer<E extends CommandEvent> = AckNamed<E> | Unanswered

export function isUnanswered<E extends CommandEvent>(answer: Answer<E>): answer is Unanswered {
  return !answer.ok && (answer.code === 'NO_ANSWER' || answer.code === 'OFFLINE')
}

type LinkEvent = 'linked' | 'unlinked' | 'refused'

export interface LinkListeners {
  onLink(event: LinkEvent): void
  /** We are a new guest: what the old one had is not ours. */
  onNewGuest(): void
}

/** The one socket of this page. */
export interface Link {
  on<E extends keyof ServerToClientEvents>(event: E, listener: ServerToClientEvents[E]): void
  readonly linked: boolean
  /**
   * Asks and waits for the answer, at most ASK_MS. With `key`, an answer that got lost is asked for once more:
   * the same key within a minute has one effect and gets the same answer (H9).
   */
  ask<E extends CommandEvent>(event: E, request: RequestNamed<E>, key?: string): Promise<Answer<E>>
  close(): void
}

/** How long one acknowledgement may take, ms. Source: a guess far above a busy server's p99 and below losing patience. */
const ACK_MS = 4_000
/** How long a command waits in all, a reconnect and a second try included, ms. Source: two acknowledgements and a reconnect. */
const ASK_MS = 10_000
/** A watched map has a heartbeat every 5 s: with none for this long and no answer either, the link is dead, ms. Source: one and some slack. */
const HALF_OPEN_MS = 6_000
/** Spread of reconnects after the server itself ended the link (draining), ms. Source: a guess below the 5 s to heal. */
const RETURN_SPREAD_MS = 1_000
/** Wait before becoming a new guest again when that failed, ms. Source: a guess. */
const GUEST_RETRY_MS = 2_000
/** How long the first attempt to connect may take, ms: the server may be busy. Source: a guess. */
const FIRST_CONNECT_MS = 8_000
/** How long a later attempt may take, ms: the way there may swallow everything. Source: 5 s to heal, less a wait of at most 1.5 s and a handshake. */
const RECONNECT_MS = 2_500

export function openLink(tokens: GuestTokens, listeners: LinkListeners): Link {
  let token = ''
  let userId: string | null = null
  let renewals = 0
  let heardMs = 0
  let closed = false
  const timers = new Set<ReturnType<typeof setTimeout>>()

  const identify = async (): Promise<void> => {
    try {
      const guest = await tokens.current()
      token = guest.token
      if (userId !== null && userId !== guest.userId) listeners.onNewGuest()
      userId = guest.userId
    } catch {
      token = '' // No guest to be had just now: the refused handshake leads to asking again.
    }
  }
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io({
    transports: ['websocket'],
    autoConnect: false,
    reconnectionDelay: 300,
    reconnectionDelayMax: 1_000, // half as much again by chance: 1.5 s of the 5 s to heal
    randomizationFactor: 0.5,
    timeout: FIRST_CONNECT_MS,
    // Asked again for each attempt. An empty token is refused at once and then renewed.
    auth: (give) => {
      void identify().finally(() => give({ token }))
    },
  })

  const connectIn = (ms: number): void => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      if (!closed) socket.connect()
    }, ms)
    timers.add(timer)
  }
  const renewToken = (): void => {
    const waitMs = renewals++ === 0 ? 0 : GUEST_RETRY_MS * (1 + Math.random())
    tokens.renew(token).then(
      () => connectIn(waitMs),
      () => connectIn(GUEST_RETRY_MS * (1 + Math.random())),
    )
  }

  socket.onAny(() => {
    heardMs = performance.now()
  })
  socket.on('connect', () => {
    socket.io.timeout(RECONNECT_MS)
    heardMs = performance.now()
    renewals = 0
    listeners.onLink('linked')
  })
  socket.on('disconnect', (reason) => {
    listeners.onLink('unlinked')
    // Everything but an end on purpose is reconnected by socket.io itself.
    if (reason === 'io server disconnect') connectIn(Math.random() * RETURN_SPREAD_MS)
  })
  socket.on('connect_error', (error: Error & { data?: { code?: RefusalCode; retryInMs?: number } }) => {
    if (socket.active) {
      listeners.onLink('unlinked')
      return
    }
    if (error.data?.code === 'UNAUTHENTICATED') {
      renewToken()
      return
    }
    listeners.onLink('refused')
    connectIn((error.data?.retryInMs ?? GUEST_RETRY_MS) * (1 + Math.random() / 2))
  })
  // The wait between two attempts knows nothing of networks that come back, and an attempt begun without one is lost.
  const connectNow = (): void => {
    if (!socket.active || socket.connected) return
    socket.disconnect()
    socket.connect()
  }
  addEventListener('online', connectNow)
  // A first visit has no guest yet: become one before the handshake rather than be refused by it.
  tokens.current().then(
    () => connectIn(0),
    () => connectIn(0),
  )

  const linkedWithin = (ms: number): Promise<boolean> =>
    new Promise((resolve) => {
      if (socket.connected || ms <= 0) {
        resolve(socket.connected)
        return
      }
      const settle = (): void => {
        clearTimeout(timer)
        socket.off('connect', settle)
        resolve(socket.connected)
      }
      const timer = setTimeout(settle, ms)
      socket.on('connect', settle)
    })

  const once = async <E extends CommandEvent>(event: E, request: RequestNamed<E>): Promise<AckNamed<E>> => {
    const timed = socket.timeout(ACK_MS) as unknown as {
      emitWithAck(event: string, request: unknown): Promise<AckNamed<E>>
    }
    return timed.emitWithAck(event, request)
  }

  return {
    on: (event, listener) => {
      // Socket.IO's own types do not follow a generic event name.
      const untyped: Socket = socket
      const name: string = event
      untyped.on(name, listener)
    },
    get linked() {
      return socket.connected
    },
    async ask(event, request, key) {
      if (!socket.connected) return { ok: false, code: 'OFFLINE' }
      const stamped = key === undefined ? request : { ...request, requestId: key }
      const endMs = performance.now() + ASK_MS
      try {
        return await once(event, stamped)
      } catch {
        // Lost on the way there or back, or late. A link on which nothing at all is heard is half open: end it, so that it heals.
        if (socket.connected && performance.now() - heardMs > HALF_OPEN_MS) socket.io.engine.close()
      }
      if (key === undefined || !(await linkedWithin(endMs - performance.now() - ACK_MS / 2))) {
        return { ok: false, code: 'NO_ANSWER' }
      }
      try {
        return await once(event, stamped)
      } catch {
        return { ok: false, code: 'NO_ANSWER' }
      }
    },
    close() {
      closed = true
      removeEventListener('online', connectNow)
      for (const timer of timers) clearTimeout(timer)
      socket.disconnect()
    },
  }
}

/** A key for one intent of the user. */
export function requestKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
