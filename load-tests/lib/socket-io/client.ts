import { backoffMs, DEFAULT_RECONNECTION, type Reconnection } from './backoff.ts'
import { Engine, type EngineEnd } from './engine.ts'
import { type AnswerOf, ConnectError, type EventMap, type EventOf, NoAnswerError, type OwnEvents } from './event-map.ts'
import type { ParametersOf, SentWith } from './event-map.ts'
import { Listeners } from './listeners.ts'
import { encode, type Packet, PacketReader, PacketType } from './packets.ts'
import { PendingAnswers } from './pending-answers.ts'
import { type SocketOptions, urlOf } from './socket-options.ts'
import { Timer } from './timer.ts'

export { backoffMs, DEFAULT_RECONNECTION, ConnectError, NoAnswerError, Timer }
export type { AnswerOf, EventMap, EventOf, OwnEvents, ParametersOf, Reconnection, SentWith, SocketOptions }

/** Events sent while there is no connection; beyond, the oldest go. Source: a guess, far above any user's patience. */
const UNSENT_MAX = 1_000
const { EVENT } = PacketType

/**
 * A Socket.IO client (protocol 5 over Engine.IO 4, WebSocket only) for stock k6. `Hears` and `Sends` are the event maps of
 * the server: what it pushes, and what it listens to.
 */
export class SocketIo<Hears extends object = EventMap, Sends extends object = EventMap> {
  /** The server's id of this connection; undefined while there is none. */
  id: string | undefined
  readonly #options: SocketOptions
  readonly #url: string
  readonly #namespace: string
  readonly #listeners = new Listeners()
  readonly #answers = new PendingAnswers()
  readonly #reconnection: Reconnection | undefined
  #reader: PacketReader
  #engine: Engine | undefined
  #unsent: Packet[] = []
  #timer: Timer | undefined
  #attempt = 0
  #wanted = false
  /** The dial of now, or the last. */
  #timedOut = false
  /** Those who wait in `opened()`. */
  readonly #opening = new Set<(error: ConnectError) => void>()

  /** `origin`: `http(s)://` or `ws(s)://host:port`. Nothing is dialled before `connect()`. */
  constructor(origin: string, options: SocketOptions = {}) {
    this.#options = options
    this.#namespace = options.namespace ?? '/'
    this.#url = urlOf(origin, options)
    this.#reconnection =
      options.reconnection === false ? undefined : { ...DEFAULT_RECONNECTION, ...options.reconnection }
    this.#reader = this.#newReader()
  }

  get connected(): boolean {
    return this.id !== undefined
  }

  /** Dials, unless it is there or on its way. Listen to `connect` and `connect_error`, or wait for `opened()`. */
  connect(): this {
    this.#wanted = true
    if (this.#engine === undefined) this.#dial()
    return this
  }

  /**
   * Dials and resolves when connected, at once when it is; rejects with a ConnectError, or when it is disconnected before, and
   * then does not try again. `tries`: so many dials may time out, by the rules of reconnection; other errors end it at once.
   */
  opened(tries = 1): Promise<void> {
    if (this.connected) return Promise.resolve()
    let left = tries
    return new Promise((resolve, reject) => {
      const settle = () => {
        this.#opening.delete(refused)
        this.#listeners.remove('connect', connected)
        this.#listeners.remove('connect_error', refused)
      }
      const connected = () => {
        settle()
        resolve()
      }
      const refused = (error: ConnectError) => {
        left -= 1
        if (error.why === 'timeout' && this.#wanted && left > 0) return
        settle()
        this.disconnect()
        reject(error)
      }
      this.#opening.add(refused)
      this.#listeners.add('connect', connected)
      this.#listeners.add('connect_error', refused)
      this.connect()
    })
  }

  /** Ends the connection and every attempt; what waits for an answer is rejected. Without it an iteration never ends. */
  disconnect(): void {
    this.#wanted = false
    this.#timer?.clear()
    this.#unsent = []
    if (this.connected) this.#send({ type: PacketType.DISCONNECT, nsp: this.#namespace })
    this.#engine?.close()
    this.#answers.rejectAll()
    for (const refuse of this.#opening) refuse(new ConnectError('io client disconnect', 'given up'))
  }

  /** Breaks the connection without a word, as a dead link does; it is then made again by the rules of reconnection. */
  breakLink(): void {
    this.#engine?.abandon()
  }

  /** Sends a frame as it is, below Socket.IO: for tests of servers. */
  sendRaw(frame: string | ArrayBuffer): void {
    this.#engine?.sendRaw(frame)
  }

  on<E extends EventOf<Hears & OwnEvents>>(event: E, listener: (Hears & OwnEvents)[E]): this {
    this.#listeners.add(event, listener as (...parameters: never[]) => void)
    return this
  }

  off<E extends EventOf<Hears & OwnEvents>>(event: E, listener: (Hears & OwnEvents)[E]): this {
    this.#listeners.remove(event, listener as (...parameters: never[]) => void)
    return this
  }

  /** Resolves with the parameters of the event when it comes next. */
  next<E extends EventOf<Hears & OwnEvents>>(event: E): Promise<ParametersOf<Hears & OwnEvents, E>> {
    return new Promise((resolve) => {
      const listener = ((...parameters: ParametersOf<Hears & OwnEvents, E>) => {
        this.off(event, listener)
        resolve(parameters)
      }) as (Hears & OwnEvents)[E]
      this.on(event, listener)
    })
  }

  /** Sends an event; while there is no connection it waits for the next one. */
  emit<E extends EventOf<Sends>>(event: E, ...parameters: SentWith<Sends, E>): void {
    this.#sendWhenConnected({ type: PacketType.EVENT, nsp: this.#namespace, data: [event, ...parameters] })
  }

  /**
   * Sends an event, or keeps it for the next connection, and resolves with its acknowledgement. Rejects with NoAnswerError when
   * none comes in time, or the connection ends after it was sent; what was rejected is not sent any more.
   */
  ask<E extends EventOf<Sends>>(event: E, ...parameters: SentWith<Sends, E>): Promise<AnswerOf<Sends, E>> {
    const timeoutMs = this.#options.ackTimeoutMs ?? 10_000
    return this.#answers.wait(
      event,
      timeoutMs,
      (id) =>
        this.#sendWhenConnected({ type: PacketType.EVENT, nsp: this.#namespace, id, data: [event, ...parameters] }),
      // Who was told that there is no answer may ask again: the server is not to hear it twice.
      (id) => (this.#unsent = this.#unsent.filter((packet) => packet.id !== id)),
    ) as Promise<AnswerOf<Sends, E>>
  }

  #dial(): void {
    const { headers = {}, tags = {}, connectTimeoutMs = 20_000, auth = {} } = this.#options
    this.#reader = this.#newReader()
    this.#timedOut = false
    this.#timer = new Timer(() => {
      this.#timedOut = true
      this.#engine?.abandon(`no connection in ${connectTimeoutMs} ms`)
    }, connectTimeoutMs)
    this.#engine = new Engine(
      { url: this.#url, headers, tags },
      {
        opened: () =>
          this.#send({
            type: PacketType.CONNECT,
            nsp: this.#namespace,
            data: typeof auth === 'function' ? (auth as () => object)() : auth,
          }),
        message: (message) => this.#read(message),
        closed: (reason, detail) => this.#closed(reason, detail),
      },
    )
  }

  #newReader(): PacketReader {
    return new PacketReader(this.#options.shareDecoded === true)
  }

  #read(message: string | ArrayBuffer): void {
    let packet: Packet | undefined
    try {
      packet = this.#reader.read(message)
    } catch (fault) {
      // As socket.io-client: who sends what is no packet is not talked to any more; the reason shows as `transport error`.
      console.error(`not a Socket.IO packet: ${String(fault)}`)
      this.#engine?.abandon()
    }
    // Outside: what a listener throws is its own fault, not the server's garbage.
    if (packet !== undefined && packet.nsp === this.#namespace) this.#receive(packet)
  }

  #receive(packet: Packet): void {
    // First, and without a look at the others: nearly every packet is one.
    if (packet.type === EVENT) return this.#heard(packet)
    switch (packet.type) {
      case PacketType.CONNECT:
        return this.#connected((packet.data as { sid: string }).sid)
      case PacketType.CONNECT_ERROR: {
        const { message, data } = packet.data as { message: string; data?: unknown }
        return this.#refused(new ConnectError(message, 'refused', data))
      }
      case PacketType.DISCONNECT:
        this.#wanted = false // as socket.io-client: the server meant it
        return this.#closed('io server disconnect', '')
      case PacketType.BINARY_EVENT: // the parser has made them an event and an answer
      case PacketType.BINARY_ACK:
        return
      case PacketType.ACK:
        return this.#answers.answered(packet.id as number, packet.data as unknown[])
    }
  }

  #heard(packet: Packet): void {
    const said = packet.data as readonly unknown[]
    const { id } = packet
    if (id === undefined) return this.#listeners.tell(said)
    const answer = (...answers: unknown[]) =>
      this.#send({ type: PacketType.ACK, nsp: this.#namespace, id, data: answers })
    this.#listeners.tell([...said, answer])
  }

  #connected(id: string): void {
    this.#timer?.clear()
    this.id = id
    this.#attempt = 0
    const unsent = this.#unsent
    this.#unsent = []
    for (const packet of unsent) this.#send(packet)
    this.#listeners.tell(['connect'])
  }

  /** Refused by the server's middleware: as socket.io-client, it is not tried again unless `connect()` is called. */
  #refused(error: ConnectError): void {
    this.#wanted = false
    const engine = this.#engine
    this.#engine = undefined
    this.#timer?.clear()
    engine?.close()
    this.#listeners.tell(['connect_error', error])
  }

  /** The engine has ended, or is to: tell it, and dial again when that is wanted. */
  #closed(reason: EngineEnd | 'io server disconnect', detail: string): void {
    const engine = this.#engine
    if (engine === undefined) return
    this.#engine = undefined
    engine.close()
    this.#timer?.clear()
    this.#reader.close()
    const wasConnected = this.connected
    this.id = undefined
    const unsent = new Set(this.#unsent.map((packet) => packet.id))
    this.#answers.rejectAll((id) => unsent.has(id))
    if (this.#wanted) this.#dialLater()
    if (wasConnected) this.#listeners.tell(['disconnect', reason === 'forced close' ? 'io client disconnect' : reason])
    else if (reason !== 'forced close')
      this.#listeners.tell(['connect_error', new ConnectError(detail || reason, this.#timedOut ? 'timeout' : 'lost')])
  }

  #dialLater(): void {
    const rule = this.#reconnection
    if (rule === undefined) {
      this.#wanted = false
      return
    }
    if (this.#attempt >= rule.attempts) {
      this.#wanted = false
      return this.#listeners.tell(['reconnect_failed'])
    }
    const waitMs = backoffMs(rule, this.#attempt, this.#options.random ?? Math.random)
    this.#attempt += 1
    this.#timer = new Timer(() => {
      this.#listeners.tell(['reconnect_attempt', this.#attempt])
      if (this.#wanted && this.#engine === undefined) this.#dial()
    }, waitMs)
  }

  #sendWhenConnected(packet: Packet): void {
    if (this.connected) return this.#send(packet)
    this.#unsent.push(packet)
    if (this.#unsent.length > UNSENT_MAX) this.#unsent.shift()
  }

  #send(packet: Packet): void {
    const [text, ...attachments] = encode(packet)
    this.#engine?.sendText(text)
    for (const attachment of attachments) this.#engine?.sendBinary(attachment)
  }
}
