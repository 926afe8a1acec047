import type { IncomingMessage } from 'node:http'
import type { PerformanceId, UserId } from '@seatcast/shared/domain/ids.ts'
import type { RefusalCode } from '@seatcast/shared/protocol/refusal.ts'
import type { Logger } from 'pino'
import { callerAddress, hashedAddress } from '../http/caller-address.ts'
import { repeat, type Repeating } from '../lifecycle/repeat.ts'
import type { AddressCount } from './address-count.ts'
import { isOriginAllowed, type OriginRules } from './origin.ts'
import { userRoom, type SeatcastServer, type SeatcastSocket } from './server.ts'
import { TokenBucket } from './token-bucket.ts'

/** Whom a token names, and until when (Unix ms). */
export interface Identity {
  readonly userId: UserId
  readonly expiresAtMs: number
}

export interface HandshakeRules extends OriginRules {
  /** The token's owner; null: missing, forged or expired. */
  readonly identify: (token: string) => Promise<Identity | null>
  /** The performance that the waiting room let this user into; null: none. */
  readonly readAdmission: (token: unknown, userId: UserId) => Promise<PerformanceId | null>
  /** Key for hashing addresses. */
  readonly addressSecret: string
  readonly messagesPerSecondPerSocket: number
  readonly socketsPerAddress: number
  /** This worker's connections by address, kept here. */
  readonly addresses: AddressCount
  /** Those of all other workers, as far as known: about a second old. */
  readonly socketsElsewhere: (addressHash: string) => number
  readonly socketsPerWorker: number
  /** The event loop is too late to take on more. */
  readonly isOverloaded: () => boolean
  readonly log: Logger
}

/** An expired token's socket ends within this, ms. Source: design asks for 60 s. */
const EXPIRY_SWEEP_MS = 5_000
/** Refused for overload: ask again after this and as much again at random, ms. Source: a guess. */
const OVERLOAD_RETRY_MS = 2_000
/** A socket that sends this many times its rate is closed. Source: a guess: no honest client ignores four refusals of five. */
const FLOOD_FACTOR = 5
/** Never fewer than this many frames a second, for handshakes and acks. */
const FLOOD_FRAMES_MIN = 100
/** Connections above socketsPerAddress that may at least be told why, before the upgrade itself is refused. */
const ADDRESS_SLACK = 8

/** Guards every way in: Origin at the upgrade, then load and token at the namespace. Returns the expiry sweep. */
export function guardHandshake(io: SeatcastServer, rules: HandshakeRules): Repeating {
  const { addresses } = rules
  const addressOf = (request: IncomingMessage): string =>
    hashedAddress(callerAddress(request, rules.trustProxy), rules.addressSecret)
  const socketsOf = (address: string): number => addresses.of(address) + rules.socketsElsewhere(address)

  // Engine.IO answers a refused upgrade with 400, whatever the reason; this middleware runs before it and says 403.
  io.engine.use((request: IncomingMessage, _: unknown, next: (fault?: Error) => void) => {
    if (!isOriginAllowed(request.headers, rules)) return endUpgrade(request, '403 Forbidden')
    if (socketsOf(addressOf(request)) >= rules.socketsPerAddress + ADDRESS_SLACK)
      return endUpgrade(request, '429 Too Many Requests')
    next()
  })

  io.engine.on('connection', (connection: EngineConnection) => {
    const address = addressOf(connection.request)
    addresses.add(address)
    connection.once('close', () => addresses.remove(address))
    const framesPerSecond = Math.max(FLOOD_FRAMES_MIN, rules.messagesPerSecondPerSocket * FLOOD_FACTOR)
    const bucket = new TokenBucket(framesPerSecond, Date.now())
    connection.on('data', () => {
      if (bucket.take(Date.now()) === 0) return
      rules.log.warn({ socketId: connection.id, framesPerSecond }, 'flooding socket closed')
      connection.close(true)
    })
  })

  const admit = async (socket: SeatcastSocket): Promise<HandshakeRefusal | undefined> => {
    const address = addressOf(socket.request)
    if (rules.isOverloaded() || io.sockets.sockets.size >= rules.socketsPerWorker) return askLater('OVERLOADED')
    if (socketsOf(address) > rules.socketsPerAddress) return askLater('RATE_LIMITED')
    const { token, admission } = socket.handshake.auth as { token?: unknown; admission?: unknown }
    if (typeof token !== 'string' || token === '') return new HandshakeRefusal('UNAUTHENTICATED')
    const identity = await rules.identify(token)
    if (identity === null) return new HandshakeRefusal('UNAUTHENTICATED')
    socket.data = {
      userId: identity.userId,
      expiresAtMs: identity.expiresAtMs,
      addressHash: address,
      admission: await rules.readAdmission(admission, identity.userId),
    }
    await socket.join(userRoom(identity.userId))
    return undefined
  }
  const judge = async (socket: SeatcastSocket): Promise<HandshakeRefusal | undefined> => {
    try {
      return await admit(socket)
    } catch (fault) {
      rules.log.error({ err: fault }, 'handshake failed')
      return askLater('UNAVAILABLE')
    }
  }
  io.use((socket, next) => {
    const answer = async () => next(await judge(socket))
    void answer()
  })

  return repeat(
    { name: 'end-expired-sockets', intervalMs: EXPIRY_SWEEP_MS, backoffMsMax: EXPIRY_SWEEP_MS, log: rules.log },
    () => {
      const nowMs = Date.now()
      for (const { data, conn } of io.sockets.sockets.values()) if (data.expiresAtMs <= nowMs) conn.close()
    },
  )
}

/** The parts of an Engine.IO socket that are used here; its package is Socket.IO's own dependency. */
interface EngineConnection {
  readonly id: string
  readonly request: IncomingMessage
  on(event: 'data', listener: () => void): void
  once(event: 'close', listener: () => void): void
  close(discard?: boolean): void
}

/** Becomes a `connect_error` whose `data` the client reads. */
class HandshakeRefusal extends Error {
  override readonly name = 'HandshakeRefusal'
  readonly data: { readonly code: RefusalCode; readonly retryInMs?: number }

  constructor(code: RefusalCode, retryInMs?: number) {
    super(code)
    this.data = { code, ...(retryInMs !== undefined && { retryInMs }) }
  }
}

const askLater = (code: RefusalCode) =>
  new HandshakeRefusal(code, OVERLOAD_RETRY_MS + Math.floor(Math.random() * OVERLOAD_RETRY_MS))

/** Answer on the raw socket: neither an upgrade nor a polling request goes any further. */
function endUpgrade({ socket }: IncomingMessage, status: string): void {
  socket.on('error', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy())
}
