import type { Reconnection } from './backoff.ts'

export interface SocketOptions {
  /** What the server's middleware reads as `socket.handshake.auth`; a function is asked at every connect. */
  readonly auth?: object | (() => object)
  /** Default: `/socket.io/`. */
  readonly path?: string
  /** Default: `/`. One connection carries one namespace. */
  readonly namespace?: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** k6's tags of the connection's own metrics (`ws_connecting`, `ws_msgs_received` …). */
  readonly tags?: Readonly<Record<string, string>>
  /** From the dial to the server's `connect`, ms. Default: 20,000, as socket.io-client. */
  readonly connectTimeoutMs?: number
  /** How long `ask` waits for an acknowledgement, ms. Default: 10,000. */
  readonly ackTimeoutMs?: number
  /** Default: DEFAULT_RECONNECTION. `false`: a connection that is lost stays lost. */
  readonly reconnection?: Partial<Reconnection> | false
  /**
   * Decode a broadcast once for all sockets of this VU that receive the very same text: with 50 watchers a VU it saves most
   * of their CPU. Listeners then share the decoded objects and must not change them. Default: false.
   */
  readonly shareDecoded?: boolean
  /** 0 ≤ n < 1, for the jitter of reconnects. Default: Math.random. */
  readonly random?: () => number
}

/** Engine.IO 4 over WebSocket at once: no polling, nothing to upgrade. */
export function urlOf(origin: string, { path = '/socket.io/', query = {} }: SocketOptions): string {
  const search = Object.entries({ ...query, EIO: '4', transport: 'websocket' })
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&')
  return `${origin.replace(/^http/, 'ws').replace(/\/+$/, '')}${path}?${search}`
}
