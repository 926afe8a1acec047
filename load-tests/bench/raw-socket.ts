import { WebSocket } from 'ws'

/** How a socket talks: Seatcast and the Socket.IO baseline speak Engine.IO; the bare baseline sends and gets plain text. */
export type Dialect = 'socket.io' | 'bare'

/**
 * One client on raw `ws`, with just enough Engine.IO for the benchmark: handshake, ping, events and acknowledgements.
 * Pushed events go to `onPush` as undecoded bytes, so that identical frames are parsed once and not per socket.
 */
export class RawSocket {
  readonly #ws: WebSocket
  readonly #acks = new Map<number, (answer: Answer) => void>()
  readonly #dialect: Dialect
  #nextAck = 0
  readonly ready: Promise<void>
  onPush: ((bytes: Buffer) => void) | undefined
  closed = false

  constructor(origin: string, dialect: Dialect, token?: string) {
    this.#dialect = dialect
    const url = origin.replace(/^http/, 'ws') + (dialect === 'bare' ? '/' : '/socket.io/?EIO=4&transport=websocket')
    this.#ws = new WebSocket(url, { perMessageDeflate: false, skipUTF8Validation: true })
    this.ready = new Promise((resolve, reject) => {
      this.#ws.once('error', reject)
      this.#ws.once('close', () => {
        this.closed = true
        reject(new Error('the socket closed'))
      })
      if (dialect === 'bare') this.#ws.once('open', () => resolve())
      this.#ws.on('message', (data: Buffer) => this.#receive(data, token, resolve, reject))
    })
  }

  #receive(data: Buffer, token: string | undefined, resolve: () => void, reject: (error: Error) => void): void {
    if (this.#dialect === 'bare') return this.onPush?.(data)
    const type = data[0]
    if (type === 0x32) return this.#ws.send('3')
    if (type === 0x30) return this.#ws.send(token === undefined ? '40' : `40${JSON.stringify({ token })}`)
    if (type !== 0x34) return
    const kind = data[1]
    if (kind === 0x32) return this.onPush?.(data)
    if (kind === 0x30) return resolve()
    if (kind === 0x34) return reject(new Error(`refused: ${data.toString()}`))
    if (kind === 0x33) {
      const text = data.toString()
      const bracket = text.indexOf('[')
      const id = Number(text.slice(2, bracket))
      const [answer] = JSON.parse(text.slice(bracket)) as [Answer]
      this.#acks.get(id)?.(answer)
      this.#acks.delete(id)
    }
  }

  /** Sends a command and resolves with its acknowledgement. */
  ask(event: string, payload: unknown): Promise<Answer> {
    const id = this.#nextAck++
    return new Promise((resolve) => {
      this.#acks.set(id, resolve)
      this.#ws.send(`42${id}${JSON.stringify([event, payload])}`)
    })
  }

  /** Sends text as it is: what the baselines take. */
  send(text: string): void {
    this.#ws.send(text)
  }

  close(): void {
    this.#ws.terminate()
  }
}

export interface Answer {
  readonly ok?: boolean
  readonly code?: string
  readonly expiresInMs?: number
  readonly seats?: readonly number[]
}
