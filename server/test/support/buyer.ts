import type { Clock } from '@seatcast/shared/domain/clock.ts'
import type { Position } from '@seatcast/shared/domain/revision.ts'
import type { MapStatus, Snapshot } from '@seatcast/shared/protocol/delta.ts'
import type {
  AckNamed,
  ClientToServerEvents,
  CommandEvent,
  RequestNamed,
  ServerToClientEvents,
} from '@seatcast/shared/protocol/events.ts'
import type { HoldChanged } from '@seatcast/shared/protocol/hold.ts'
import type { Guest } from '@seatcast/shared/protocol/http.ts'
import type { SaleChanged } from '@seatcast/shared/protocol/sale.ts'
import { io, type Socket } from 'socket.io-client'
import { MapFeed } from '../../../client/src/connection/map-feed.ts'
import { SeatStore } from '../../../client/src/store/seat-store.ts'

/** How long an answer may take, ms. */
const ACK_TIMEOUT_MS = 5_000

/** A buyer as a browser is one: a guest's token, a real socket, and the client's own feed and store. */
export interface Buyer {
  readonly userId: string
  readonly token: string
  readonly socket: Socket<ServerToClientEvents, ClientToServerEvents>
  readonly store: SeatStore
  readonly feed: MapFeed
  /** Everything pushed so far, oldest first. */
  readonly holds: HoldChanged[]
  readonly sales: SaleChanged[]
  readonly statuses: MapStatus[]
  /** Nodes named in acks of map:watch so far. */
  readonly nodesSeen: string[]
  /** Asks about the sale that was joined unless the request names another. */
  ask<E extends CommandEvent>(
    event: E,
    request: Omit<RequestNamed<E>, 'performanceId'> & { readonly performanceId?: string },
  ): Promise<AckNamed<E>>
  close(): void
}

export interface BuyerOptions {
  /** Where to connect: `http://127.0.0.1:<port>`; a later reconnect goes to the next one, as behind a proxy. */
  readonly origins: readonly string[]
  readonly performanceId: string
  readonly seatCount: number
  readonly guest?: Pick<Guest, 'userId' | 'token'>
  /** Without: the socket connects but does not follow the map. */
  readonly watching?: boolean
}

export async function becomeGuest(origin: string): Promise<Guest> {
  const response = await fetch(`${origin}/api/guests`, { method: 'POST' })
  if (response.status !== 201) throw new Error(`no guest: ${response.status} ${await response.text()}`)
  return (await response.json()) as Guest
}

/** Connects; resolves when the map is live (or, not watching, when the socket is connected). */
export async function joinSale(options: BuyerOptions): Promise<Buyer> {
  const { performanceId, seatCount, origins } = options
  const [first = ''] = origins
  const guest = options.guest ?? (await becomeGuest(first))
  let place = 0
  const origin = () => origins[place % origins.length] ?? first
  const socket: Buyer['socket'] = io(first, {
    transports: ['websocket'],
    forceNew: true,
    auth: { token: guest.token },
    reconnectionDelay: 100,
    reconnectionDelayMax: 500,
  })
  // A manager keeps its first address; behind a proxy the same address leads to another node.
  socket.io.on('reconnect_attempt', () => {
    place += 1
    ;(socket.io as unknown as { uri: string }).uri = origin()
  })
  const store = new SeatStore(seatCount)
  const nodesSeen: string[] = []
  const ask: Buyer['ask'] = async (event, request) => {
    const answer: unknown = await socket
      .timeout(ACK_TIMEOUT_MS)
      .emitWithAck(event, ...([{ performanceId, ...request }] as never))
    return answer as AckNamed<typeof event>
  }
  let live: (() => void) | undefined
  const feed = new MapFeed({
    performanceId,
    store,
    clock: SYSTEM_CLOCK,
    random: Math.random,
    ask: async (request) => {
      const ack = await ask('map:watch', request)
      if (ack.node !== undefined) nodesSeen.push(ack.node)
      return ack
    },
    fetchSnapshot: (min) => fetchSnapshot(origin(), performanceId, min),
    onState: (state) => {
      if (state === 'live') live?.()
    },
  })
  const buyer: Buyer = {
    userId: guest.userId,
    token: guest.token,
    socket,
    store,
    feed,
    holds: [],
    sales: [],
    statuses: [],
    nodesSeen,
    ask,
    close: () => socket.close(),
  }
  const joined = new Promise<void>((resolve, reject) => {
    live = resolve
    if (options.watching === false) socket.once('connect', resolve)
    socket.once('connect_error', reject)
  })
  if (options.watching !== false) {
    socket.on('connect', () => feed.connected())
    socket.on('disconnect', () => feed.disconnected())
    socket.on('map:delta', (delta) => feed.receiveDelta(delta))
    socket.on('map:reset', (reset) => feed.receiveReset(reset))
  }
  socket.on('map:status', (status) => void buyer.statuses.push(status))
  socket.on('hold:changed', (hold) => void buyer.holds.push(hold))
  socket.on('sale:changed', (sale) => void buyer.sales.push(sale))
  await joined
  return buyer
}

export async function fetchSnapshot(origin: string, performanceId: string, min?: Position): Promise<Snapshot> {
  const query = min === undefined ? '' : `?min=${min.epoch}-${min.revision}`
  const response = await fetch(`${origin}/api/performances/${performanceId}/snapshot${query}`)
  if (!response.ok) throw new Error(`no snapshot: ${response.status} ${await response.text()}`)
  return (await response.json()) as Snapshot
}

const SYSTEM_CLOCK: Clock = {
  nowMs: () => performance.now(),
  after(delayMs, act) {
    const timer = setTimeout(act, delayMs)
    return () => clearTimeout(timer)
  },
}
