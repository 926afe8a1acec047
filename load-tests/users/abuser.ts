import crypto from 'k6/crypto'
import { ConnectError, NoAnswerError, SocketIo } from '../lib/socket-io.bundle.js'
import type { ClientToServerEvents, ServerToClientEvents } from '../../shared/src/protocol/events.ts'
import { ask, becomeGuest, pause } from '../lib/seatcast/http-api.ts'
import { ORIGIN } from '../lib/seatcast/knobs.ts'
import { abuses, forgeryAccepted } from '../lib/seatcast/metrics.ts'
import type { Sale } from '../lib/seatcast/sale.ts'
import type { Abuse } from '../lib/seatcast/tags.ts'
import { useStolenToken } from './stolen-token.ts'
import { type Task, User, type WaitMs } from './user.ts'

type Socket = SocketIo<ServerToClientEvents, ClientToServerEvents>

/** Commands of one flood: many times what production's limits allow in a second. */
const FLOOD = 200
/** Clocks drift. Source: a guess. */
const SLACK_MS = 50
const LOOK_EVERY_MS = 50
/** Above CLIENT_FRAME_BYTES_MAX. */
const OVERSIZED = `42["seats:hold",{"performanceId":"${'x'.repeat(20_000)}"}]`
const GARBAGE = [
  '42["seats:hold"',
  '42[]',
  '42["__proto__",{}]',
  '4299999999999999999999["seats:hold",{}]',
  '451-["seats:hold",{"_placeholder":true,"num":0}]',
  '40{"token":',
  '9',
  '\u0000',
  `42["seats:hold",${'['.repeat(3_000)}${']'.repeat(3_000)}]`,
]

/** Somebody who means harm: floods, garbage, frames that are too big, forged and stolen tokens, other people's seats. */
export class Abuser extends User {
  protected readonly name = 'abuser'
  protected readonly waitMs: WaitMs = [50, 300]
  #token = ''
  #socket: Socket | undefined
  readonly #maxSeats: number

  /** `maxSeats`: how many one buyer may have at a performance that the run made. */
  constructor(sale: Sale, maxSeats: number) {
    super(sale)
    this.#maxSeats = maxSeats
  }

  protected tasks(): readonly Task[] {
    return [
      { weight: 4, run: () => this.#flood() },
      { weight: 3, run: () => this.#garbage() },
      { weight: 1, run: () => this.#oversized() },
      { weight: 2, run: () => this.#forgedSocket() },
      { weight: 2, run: () => this.#forgedRequest() },
      { weight: 2, run: () => this.#rob() },
      { weight: 2, run: () => this.#steal() },
    ]
  }

  protected async arrive(): Promise<boolean> {
    this.#token = (await becomeGuest()).token
    await this.#steal() // first, and not by chance only: it is the quietest
    return true
  }

  protected async leave(): Promise<void> {
    if (this.#socket?.connected === true) await this.#socket.ask('seats:release', this.#named()).catch(() => undefined)
    this.#socket?.disconnect()
  }

  #named() {
    return { performanceId: this.sale.performanceId }
  }

  /** Commands as fast as they can be written; nobody waits for the answers. */
  async #flood(): Promise<void> {
    const socket = await this.#connected()
    if (socket === undefined) return
    count('flood', FLOOD)
    const seat = Math.floor(Math.random() * this.sale.buyersSeats)
    for (let sent = 0; sent < FLOOD; sent++)
      if (sent % 2 === 0) socket.emit('seats:hold', { ...this.#named(), seats: [seat] })
      else socket.emit('seats:release', { ...this.#named(), seats: [seat] })
  }

  async #garbage(): Promise<void> {
    const socket = await this.#connected()
    count('garbage', 1)
    socket?.sendRaw(GARBAGE[Math.floor(Math.random() * GARBAGE.length)] ?? '9')
  }

  async #oversized(): Promise<void> {
    const socket = await this.#connected()
    count('oversized', 1)
    socket?.sendRaw(OVERSIZED)
  }

  /** The handshake with a token that somebody else signed, or nobody. */
  async #forgedSocket(): Promise<void> {
    count('forged', 1)
    const socket = new SocketIo(ORIGIN, { auth: { token: this.#forged() }, reconnection: false })
    try {
      await socket.opened()
      accepted('a forged token opened a socket')
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error
    }
    socket.disconnect()
  }

  /** A forged token, and the organisers' routes with one's own. */
  async #forgedRequest(): Promise<void> {
    count('forged', 2)
    const path = `/api/performances/${this.sale.performanceId}/orders`
    const forged = await ask('POST', path, { token: this.#forged(), body: {}, name: 'forged' })
    if (forged.code === 'OK') accepted('a forged token placed an order')
    const audit = `/api/admin/audit/${this.sale.performanceId}`
    const asGuest = await ask('GET', audit, { token: this.#token, name: 'forged' })
    if (asGuest.code === 'OK') accepted("a guest read the organisers' audit")
  }

  /** Somebody holds a seat; the abuser releases, holds and orders it under their own name. The victim is to notice nothing. */
  async #rob(): Promise<void> {
    const thief = await this.#connected()
    if (thief === undefined) return
    count('robbery', 1)
    const { token } = await becomeGuest()
    const victim: Socket = new SocketIo(ORIGIN, { auth: { token }, reconnection: false })
    try {
      await victim.opened()
      const seats = [Math.floor(Math.random() * this.sale.buyersSeats)]
      const sentMs = Date.now()
      const held = await victim.ask('seats:hold', { ...this.#named(), seats })
      if (!held.ok) return
      // What comes to light after its deadline is no robbery any more.
      const isAlive = () => Date.now() < sentMs + held.expiresInMs - SLACK_MS
      await thief.ask('seats:release', { ...this.#named(), seats })
      const taken = await thief.ask('seats:hold', { ...this.#named(), seats })
      if (taken.ok && isAlive()) accepted('a seat that somebody holds was given to somebody else')
      const path = `/api/performances/${this.sale.performanceId}/orders`
      const order = await ask('POST', path, { token: this.#token, body: { seats }, name: 'forged' })
      if (order.code === 'OK' && isAlive()) accepted('a seat that somebody holds was ordered by somebody else')
      const mine = await this.#mineSince(victim, held, isAlive)
      if (mine !== undefined && isAlive() && mine.hold?.holdId !== held.holdId)
        accepted("a hold was ended by somebody else's command")
      await victim.ask('seats:release', this.#named())
    } catch (error) {
      // Who floods is cut off, or gets no answer any more: then nothing was proved.
      if (!(error instanceof ConnectError || error instanceof NoAnswerError)) throw error
    } finally {
      victim.disconnect()
    }
  }

  /** What somebody has, by a state that knows of their hold: a node's mirror may be a moment behind the answers of commands. */
  async #mineSince(victim: Socket, held: { epoch: number; revision: number }, isAlive: () => boolean) {
    for (; isAlive(); await pause(LOOK_EVERY_MS)) {
      const now = await victim.ask('map:watch', this.#named())
      if (!now.ok || now.epoch !== held.epoch) return undefined
      if (now.revision >= held.revision) return now.mine
    }
    return undefined
  }

  /** Somebody else's token, valid as it is. */
  async #steal(): Promise<void> {
    count('stolen', 1)
    try {
      await useStolenToken(this.sale, this.#maxSeats, accepted)
    } catch (error) {
      // The server refuses who comes too often, or sheds load: then nothing was proved.
      if (!(error instanceof ConnectError || error instanceof NoAnswerError)) throw error
    }
  }

  /** One's own token with another signature, with other claims under the old one, or as another system would have signed it. */
  #forged(): string {
    const [header = '', claims = '', signature = ''] = this.#token.split('.')
    const other = signature.slice(1) + signature.slice(0, 1)
    const foreign = crypto.hmac('sha256', 'the secret of another system', `${header}.${claims}`, 'base64rawurl')
    const forgeries = [
      `${header}.${claims}.${other}`,
      `${header}.${claims.slice(0, -4)}AAAA.${signature}`,
      `${header}.${claims}.${foreign}`,
    ]
    return forgeries[Math.floor(Math.random() * forgeries.length)] ?? ''
  }

  /** A socket of their own; undefined when the server does not let them in any more. */
  async #connected(): Promise<Socket | undefined> {
    if (this.#socket?.connected === true) return this.#socket
    this.#socket = new SocketIo(ORIGIN, { auth: { token: this.#token }, reconnection: false })
    return this.#socket.opened().then(
      () => this.#socket,
      () => undefined, // being refused is what they deserve
    )
  }
}

const count = (kind: Abuse, times: number): void => abuses.add(times, { kind })

function accepted(text: string): void {
  forgeryAccepted.add(1)
  console.error(`FORGERY ${text}`)
}
