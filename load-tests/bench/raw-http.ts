import { connect, type Socket } from 'node:net'

/**
 * One kept connection with one request at a time, and just enough HTTP for the benchmark: Node's own client takes as much CPU
 * for a request as the server that is measured. Answers have a length, as Seatcast's JSON has.
 */
export class RawHttp {
  readonly #socket: Socket
  readonly #host: string
  #received: Buffer = Buffer.alloc(0)
  #waiting: { resolve: (answer: HttpAnswer) => void; reject: (error: Error) => void } | undefined

  constructor(origin: string) {
    const { hostname, port, host } = new URL(origin)
    this.#host = host
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true })
    this.#socket.on('data', (bytes: Buffer) => this.#receive(bytes))
    this.#socket.once('error', (error) => this.#waiting?.reject(error))
    this.#socket.once('close', () => this.#waiting?.reject(new Error('the connection closed')))
  }

  post(path: string, headers: Readonly<Record<string, string>>, body: string): Promise<HttpAnswer> {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const length = Buffer.byteLength(body)
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#socket.write(
        `POST ${path} HTTP/1.1\r\nhost: ${this.#host}\r\ncontent-length: ${length}\r\n${lines.join('')}\r\n${body}`,
      )
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #receive(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes])
    const headEnd = this.#received.indexOf('\r\n\r\n')
    if (headEnd < 0) return
    const head = this.#received.toString('latin1', 0, headEnd)
    const bodyEnd = headEnd + 4 + Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1])
    if (!(this.#received.length >= bodyEnd)) return
    const answer = { status: Number(head.slice(9, 12)), body: this.#received.toString('utf8', headEnd + 4, bodyEnd) }
    this.#received = this.#received.subarray(bodyEnd)
    this.#waiting?.resolve(answer)
    this.#waiting = undefined
  }
}

export interface HttpAnswer {
  readonly status: number
  readonly body: string
}
