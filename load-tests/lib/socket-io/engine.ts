import { type ErrorEvent, type MessageEvent, WebSocket } from 'k6/websockets'
import { Timer } from './timer.ts'

/*
 * Engine.IO v4 over one WebSocket: a text frame is one digit and its payload, a binary frame is a message.
 *
 *   server  0{"sid":…,"pingInterval":…,"pingTimeout":…}      open
 *   server  2            client  3                           ping, pong
 *   both    4…           both    <bytes>                     message
 *   both    1                                                close
 */

export interface EngineOptions {
  /** `ws://host/socket.io/?EIO=4&transport=websocket&…` */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** k6's tags of the connection's own metrics. */
  readonly tags: Readonly<Record<string, string>>
}

/** Why a connection ended, in socket.io-client's words. */
export type EngineEnd = 'ping timeout' | 'transport close' | 'transport error' | 'forced close'

export interface EngineListener {
  opened(): void
  message(message: string | ArrayBuffer): void
  /** Once, also when it never opened; `detail`: k6's words for a fault. */
  closed(reason: EngineEnd, detail: string): void
}

const PACKET = { open: '0', close: '1', ping: '2', pong: '3', message: '4' } as const
/** WebSocket's readyState; k6 exports no enum as a value. */
const CONNECTING = 0

/** What the server's open packet says; both ms. */
interface Handshake {
  readonly pingInterval: number
  readonly pingTimeout: number
}

/**
 * As k6 1.8 is written, a message that arrives before it has told of the open connection is dropped (its reader starts
 * first): it would be the open packet, since the server speaks first. Then we go on without it after so long, ms.
 */
const OPEN_PACKET_MS = 500
/** What is promised instead: twice the defaults of socket.io, ms. */
const UNKNOWN_HANDSHAKE: Handshake = { pingInterval: 50_000, pingTimeout: 40_000 }

/** One connection. Keeps no timer and no listener once it is closed: k6 ends an iteration when nothing is left to wait for. */
export class Engine {
  readonly #ws: WebSocket
  readonly #listener: EngineListener
  #state: 'opening' | 'open' | 'closed' = 'opening'
  #silenceMsMax = 0
  #timer: Timer | undefined
  #fault = ''

  constructor(options: EngineOptions, listener: EngineListener) {
    this.#listener = listener
    this.#ws = new WebSocket(options.url, null, { headers: { ...options.headers }, tags: { ...options.tags } })
    // The type is another enum that k6 does not export.
    Object.assign(this.#ws, { binaryType: 'arraybuffer' })
    this.#ws.onmessage = (event?: MessageEvent) => this.#receive(event?.data as string | ArrayBuffer)
    this.#ws.onerror = (event?: ErrorEvent) => {
      this.#fault = event?.error ?? 'unknown fault'
      // k6 tells of every close without the code 1000 as an error.
      this.#end(this.#fault.includes('websocket: close') ? 'transport close' : 'transport error')
    }
    this.#ws.onclose = () => this.#end('transport close')
    this.#ws.onopen = () => this.#awaitOpenPacket()
  }

  sendText(message: string): void {
    if (this.#state === 'open') this.#ws.send(PACKET.message + message)
  }

  sendBinary(message: ArrayBuffer | ArrayBufferView): void {
    if (this.#state === 'open') this.#ws.send(message)
  }

  /** A frame as it is, for tests of servers: garbage too. */
  sendRaw(frame: string | ArrayBuffer): void {
    if (this.#state === 'open') this.#ws.send(frame)
  }

  close(): void {
    if (this.#state === 'open') this.#ws.send(PACKET.close)
    this.#end('forced close')
  }

  /** As a broken link ends it: without a word. `fault`: what is told as the reason. */
  abandon(fault = ''): void {
    this.#fault = fault
    this.#end('transport error')
  }

  #receive(frame: string | ArrayBuffer): void {
    if (this.#state === 'closed') return
    if (typeof frame !== 'string') return this.#listener.message(frame)
    switch (frame[0]) {
      case PACKET.message:
        return this.#listener.message(frame.slice(1))
      case PACKET.ping:
        this.#ws.send(PACKET.pong)
        return this.#expectPing()
      case PACKET.open:
        return this.#open(JSON.parse(frame.slice(1)) as Handshake)
      case PACKET.close:
        return this.#end('transport close')
      default: // noop, upgrades: nothing to do on a WebSocket
    }
  }

  #awaitOpenPacket(): void {
    if (this.#state === 'closed') return this.#ws.close() // given up while it was dialled
    if (this.#state === 'opening') this.#timer = new Timer(() => this.#open(UNKNOWN_HANDSHAKE), OPEN_PACKET_MS)
  }

  #open({ pingInterval, pingTimeout }: Handshake): void {
    this.#silenceMsMax = pingInterval + pingTimeout
    this.#expectPing()
    if (this.#state !== 'opening') return // the packet was late, not lost
    this.#state = 'open'
    this.#listener.opened()
  }

  /** The server pings; silence for longer than it promised means that the link is dead. */
  #expectPing(): void {
    this.#timer?.clear()
    this.#timer = new Timer(() => this.#end('ping timeout'), this.#silenceMsMax)
  }

  #end(reason: EngineEnd): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#timer?.clear()
    // While it dials, k6 1.8 stops the whole virtual user in close() until the dial is done; when it fails, for ever (grafana/k6#6351).
    if ((this.#ws.readyState as number) !== CONNECTING) this.#ws.close()
    this.#listener.closed(reason, this.#fault)
  }
}
