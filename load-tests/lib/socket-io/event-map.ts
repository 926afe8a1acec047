/** Socket.IO's way to type events: the name and its listener's parameters; an acknowledgement is a callback as the last one. */
// oxlint-disable-next-line typescript/no-explicit-any -- parameters are contravariant: unknown[] would refuse every real map
export type EventMap = { [event: string]: (...parameters: any[]) => void }

export type EventOf<M> = Extract<keyof M, string>
export type ParametersOf<M, E extends keyof M> = M[E] extends (...parameters: infer P) => void ? P : never

/** What is sent with an event: its parameters without the acknowledgement. */
export type SentWith<M, E extends keyof M> =
  ParametersOf<M, E> extends [...infer Sent, (...answer: never[]) => void] ? Sent : ParametersOf<M, E>

/** What an event's acknowledgement carries. */
export type AnswerOf<M, E extends keyof M> =
  ParametersOf<M, E> extends [...unknown[], (answer: infer Answer) => void] ? Answer : never

/** What the client itself tells; the names are socket.io-client's. */
export interface OwnEvents {
  connect: () => void
  connect_error: (error: ConnectError) => void
  disconnect: (reason: string) => void
  /** Attempts in a row, from 1. */
  reconnect_attempt: (attempt: number) => void
  reconnect_failed: () => void
}

/** `refused`: by the server's middleware. `timeout`: not answered in time. `lost`: not reached, or cut off. `given up`: by us. */
export type ConnectFault = 'refused' | 'timeout' | 'lost' | 'given up'

/** The handshake failed. `data`: what the server's middleware said; absent when it was not that which failed. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError'
  readonly why: ConnectFault
  readonly data: unknown

  constructor(message: string, why: ConnectFault, data?: unknown) {
    super(message)
    this.why = why
    this.data = data
  }
}

/** An acknowledgement did not come: in time, or before the connection ended. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError'
  readonly event: string
  readonly why: 'timeout' | 'disconnected'

  constructor(event: string, cause: 'timeout' | 'disconnected') {
    super(
      cause === 'timeout' ? `${event}: no acknowledgement in time` : `${event}: the connection ended before its answer`,
    )
    this.event = event
    this.why = cause
  }
}
