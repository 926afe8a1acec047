import type { ClientToServerEvents, ServerToClientEvents } from '@seatcast/shared/protocol/events.ts'
import type { Guest } from '@seatcast/shared/protocol/http.ts'
import { io, type Socket } from 'socket.io-client'

/** How long an answer may take, ms. A guess: ten times a slow one. */
const ANSWER_PATIENCE_MS = 3_000

/** One simulated buyer: a guest with a socket of their own, as a browser would have. */
export class BotBuyer {
  readonly #socket: Socket<ServerToClientEvents, ClientToServerEvents>
  readonly #performanceId: string
  holdsSomething = false

  private constructor(socket: Socket<ServerToClientEvents, ClientToServerEvents>, performanceId: string) {
    this.#socket = socket
    this.#performanceId = performanceId
  }

  /** A new guest opens the sale's page. */
  static async arrive(origin: string, performanceId: string): Promise<BotBuyer> {
    const response = await fetch(`${origin}/api/guests`, {
      method: 'POST',
      signal: AbortSignal.timeout(ANSWER_PATIENCE_MS),
    })
    if (!response.ok) throw new Error(`no guest: ${response.status}`)
    const { token } = (await response.json()) as Guest
    const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(origin, {
      auth: { token },
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
    })
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve)
        socket.once('connect_error', reject)
      })
      await socket.timeout(ANSWER_PATIENCE_MS).emitWithAck('map:watch', { performanceId })
    } catch (error) {
      socket.disconnect()
      throw error
    }
    return new BotBuyer(socket, performanceId)
  }

  /** Holds the seats; when they are gone, the first alternative that was offered. */
  async hold(seats: readonly number[]): Promise<void> {
    if (seats.length === 0) return
    const answer = await this.#ask([...seats])
    if (answer.ok) this.holdsSomething = true
    else if (answer.code === 'SEAT_TAKEN' && answer.alternatives?.[0] !== undefined)
      this.holdsSomething = (await this.#ask([...answer.alternatives[0]])).ok
    // Decided: the map goes to the background. Hundreds of watching bots would cost more than they show.
    await this.#socket.timeout(ANSWER_PATIENCE_MS).emitWithAck('map:unwatch', { performanceId: this.#performanceId })
  }

  async release(): Promise<void> {
    if (!this.#socket.connected) return // the node restarted since: the hold expires by itself
    await this.#socket.timeout(ANSWER_PATIENCE_MS).emitWithAck('seats:release', { performanceId: this.#performanceId })
  }

  leave(): void {
    this.#socket.disconnect()
  }

  #ask(seats: number[]) {
    return this.#socket
      .timeout(ANSWER_PATIENCE_MS)
      .emitWithAck('seats:hold', { performanceId: this.#performanceId, seats })
  }
}
