import type { Server as HttpServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { CLIENT_FRAME_BYTES_MAX } from '@seatcast/shared/domain/limits.ts'
import type { UserId } from '@seatcast/shared/domain/ids.ts'
import type { ClientToServerEvents, ServerToClientEvents } from '@seatcast/shared/protocol/events.ts'
import type { HoldChanged } from '@seatcast/shared/protocol/hold.ts'
import { createShardedAdapter } from '@socket.io/redis-adapter'
import type { Redis } from 'ioredis'
import { Server, type Socket } from 'socket.io'
import type { WorkerCounts } from './worker-census.ts'

/** What the handshake learnt about a socket's owner. */
export interface SocketData {
  readonly userId: UserId
  /** When the token ends, Unix ms of this machine's clock. */
  readonly expiresAtMs: number
  /** HMAC of the caller's address: tells callers apart, names none. */
  readonly addressHash: string
  /** The performance that the waiting room let this buyer into; null: none. */
  readonly admission: string | null
}

/** What became of one buyer's hold. */
export type HolderNews = readonly [buyer: UserId, change: HoldChanged]

/** What workers tell each other through the adapter. */
export interface WorkerEvents {
  /** Once a second when it changed, else every few seconds: a worker's name and its watchers. */
  'watchers:counted': (worker: string, counts: WorkerCounts) => void
  /** Once a second while there are any: a worker's name and its sockets by hashed address. */
  'addresses:counted': (worker: string, counts: WorkerCounts) => void
  /** To workers that do not follow a map: what became of holds on it. */
  'holds:changed': (news: readonly HolderNews[]) => void
}
export type SeatcastServer = Server<ClientToServerEvents, ServerToClientEvents, WorkerEvents, SocketData>
export type SeatcastSocket = Socket<ClientToServerEvents, ServerToClientEvents, WorkerEvents, SocketData>

/** The one kind of room: all sockets of a user, on every node. Map deltas never go through a room. */
export const userRoom = (userId: UserId): string => `user:${userId}`

/** How long a connection may take to join the namespace, ms. Source: a guess: a handshake is one round trip. */
const JOIN_TIMEOUT_MS = 10_000
/** A dead peer is noticed after at most interval + timeout, ms. Source: proxies close idle connections after 60 s. */
const PING_INTERVAL_MS = 25_000
const PING_TIMEOUT_MS = 20_000

export interface AdapterConnections {
  readonly publish: Redis
  readonly subscribe: Redis
}

/** Socket.IO on an HTTP server. WebSocket only, so that no proxy needs sticky sessions. */
export function createSocketServer(http: HttpServer, adapter: AdapterConnections | null): SeatcastServer {
  return new Server(http, {
    transports: ['websocket'],
    allowUpgrades: false,
    perMessageDeflate: false,
    httpCompression: false,
    serveClient: false,
    maxHttpBufferSize: CLIENT_FRAME_BYTES_MAX,
    pingInterval: PING_INTERVAL_MS,
    pingTimeout: PING_TIMEOUT_MS,
    connectTimeout: JOIN_TIMEOUT_MS,
    ...(adapter && {
      adapter: createShardedAdapter(adapter.publish, adapter.subscribe, { subscriptionMode: 'static' }),
    }),
  })
}

/** For a process without sockets: what it emits reaches the rooms of every node through the same adapter. */
export function createEmitter(adapter: AdapterConnections): SeatcastServer {
  return new Server({
    adapter: createShardedAdapter(adapter.publish, adapter.subscribe, { subscriptionMode: 'static' }),
  })
}

/**
 * Close every connection at a random moment within `spreadMs`, below Socket.IO, so that clients reconnect by themselves.
 * What a socket asked for before is answered first: `idle` resolves when nothing of it is under way.
 */
export async function closeConnections(
  io: SeatcastServer,
  spreadMs: number,
  idle: (socketId: string) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  await Promise.all(
    [...io.sockets.sockets.values()].map(async ({ id, conn }) => {
      await delay(Math.random() * spreadMs)
      await idle(id)
      conn.close()
    }),
  )
}
