import { batch, computed, signal, type ReadonlySignal, type Signal } from '@preact/signals'
import type { HoldReason } from '@seatcast/shared/protocol/hold.ts'
import type { Position } from '@seatcast/shared/domain/revision.ts'
import type { PerformanceDetail } from '@seatcast/shared/protocol/http.ts'
import type { Order, OrderChanged } from '@seatcast/shared/protocol/order.ts'
import type { SaleStatus } from '@seatcast/shared/protocol/sale.ts'
import { readSnapshot } from '../../connection/api.ts'
import {
  CAN_ASK,
  EVENT_OF_FEED,
  NEXT_CONNECTION,
  shownConnection,
  type ConnectionEvent,
  type ConnectionState,
  type ShownConnection,
} from '../../connection/connection-state.ts'
import { MapFeed } from '../../connection/map-feed.ts'
import { isUnanswered, openLink } from '../../connection/socket.ts'
import { visitor } from '../../connection/visitor.ts'
import { applyHold, guessedEnd, NO_HOLD, type HoldFact, type HoldState } from '../../store/hold-store.ts'
import { applyMine, applyOrder, NO_ORDERS, type MyOrder, type MyOrders } from '../../store/my-orders.ts'
import type { SeatBook } from '../../store/seat-book.ts'
import type { SeatCounts } from '../../store/seat-counts.ts'
import { SeatStore, type ChangedSeats } from '../../store/seat-store.ts'
import type { Mine } from '@seatcast/shared/protocol/watch.ts'
import { tick } from '../clock.ts'
import { openMyGroup, type MyGroup } from '../groups/my-group.ts'
import { followMap } from './map-figures.ts'
import { NOTICE_OF_END, plainNotice, type Notice } from './notice.ts'
import { MAY_ASK, saleOf, salePhase, type Sale } from './sale.ts'
import { seatCommands, type SeatCommands } from './seat-commands.ts'

/** One performance, followed live: what the components read and what the buyer can do. */
export interface PerformanceSession {
  readonly performance: PerformanceDetail
  readonly book: SeatBook
  readonly store: SeatStore
  readonly connection: ReadonlySignal<ShownConnection>
  /** Whether there has been a map: before, states and counts mean nothing. */
  readonly hasMap: ReadonlySignal<boolean>
  readonly sale: ReadonlySignal<Sale>
  readonly hold: ReadonlySignal<HoldState>
  /** Why the hold last changed. */
  readonly holdReason: ReadonlySignal<HoldReason>
  /** Those that have seats on this map. */
  readonly orders: ReadonlySignal<readonly MyOrder[]>
  /** The friends I book with. */
  readonly group: MyGroup
  /** Seats of my hold and of my orders, and mine among my group's. */
  readonly mine: ReadonlySignal<readonly number[]>
  /** Seats chosen instead of an order's, not held; null while nothing is being changed. */
  readonly wish: Signal<readonly number[] | null>
  readonly notice: Signal<Notice | null>
  readonly counts: ReadonlySignal<SeatCounts>
  /** Buyers who watch this map; null: not told yet. */
  readonly watchers: ReadonlySignal<number | null>
  /** Grows with the map's changes, a few times a second: for what shows single seats in the DOM. */
  readonly mapVersion: ReadonlySignal<number>
  readonly commands: SeatCommands
  /** An order as PostgreSQL has it; `at`: the map's state that has its seats, where it was told. */
  takeOrder(order: Order, at?: Position): void
  /** A hint to read an order again: the server says that it changed. */
  onOrderChanged(listener: (changed: OrderChanged) => void): () => void
  /** What is mine, asked beside the feed. */
  readAgain(): void
  /** At most once an animation frame. */
  onSeats(listener: (changed: ChangedSeats) => void): () => void
  close(): void
}

/** How long after its end a hold or a countdown may lack the server's word before we ask, ms. Source: H5 and F9 allow 1 s. */
const OVERDUE_MS = 1_500

export function openSession(performanceDetail: PerformanceDetail, book: SeatBook): PerformanceSession {
  const performanceId = performanceDetail.id
  const store = new SeatStore(book.zoneOfSeat.length)
  const link = signal<ConnectionState>('connecting')
  const serverLive = signal(true)
  const hasMap = signal(false)
  const sale = signal<Sale>(saleOf(performanceDetail.status, performanceDetail.opensInMs, performance.now()))
  const hold = signal<HoldState>(NO_HOLD)
  const lastReason = signal<HoldReason>('held')
  const myOrders = signal<MyOrders>(NO_ORDERS)
  const orders = computed(() => myOrders.value.orders)
  const mine = computed(() => [
    ...new Set([...hold.value.seats, ...orders.value.flatMap(({ seats }) => seats), ...group.mySeats.value]),
  ])
  const notice = signal<Notice | null>(null)
  const figures = followMap(store, book)
  const watchers = signal<number | null>(null)
  const connection = computed(() => shownConnection(link.value, serverLive.value))

  const mayAsk = (): boolean => MAY_ASK[salePhase(sale.value, performance.now())]
  const step = (event: ConnectionEvent): void => {
    link.value = NEXT_CONNECTION[link.value][event]
  }
  const takeSale = (status: SaleStatus, opensInMs: number | null): void => {
    sale.value = saleOf(status, opensInMs, tick())
    if (status === 'on_sale' && notice.value?.code === 'NOT_ON_SALE') notice.value = null
  }
  const takeHold = (fact: HoldFact, reason?: HoldReason): void => {
    const before = hold.value
    const after = applyHold(before, fact, tick())
    if (after === before) return
    lastReason.value = reason ?? 'released'
    hold.value = after
    store.setMine(mine.value)
    if (before.holdId === null || after.holdId !== null) return
    const code = NOTICE_OF_END[reason ?? 'released']
    if (code !== null) notice.value = plainNotice(code, before.seats.length)
  }
  /** What is mine as `map:watch` tells it: nobody says why a hold is gone, so it is worked out. */
  const takeMine = (fact: HoldFact, ordersThen: Mine['orders']): void => {
    myOrders.value = applyMine(myOrders.value, ordersThen, fact, tick())
    store.setMine(mine.value)
    const before = hold.value
    const after = applyHold(before, fact, tick())
    const kept = [...orders.value.flatMap(({ seats }) => seats), ...group.seats.value]
    const ordered = before.seats.some((seat) => kept.includes(seat))
    const guess = after === before ? null : guessedEnd(before, after, tick())
    const end = guess !== null && ordered ? 'ordered' : guess
    takeHold(fact, end ?? 'held')
    if (end === 'released') notice.value = plainNotice('RELEASED_ELSEWHERE')
  }

  const socket = openLink(visitor, {
    onLink(event) {
      batch(() => {
        step(event)
        if (event !== 'linked') {
          feed.disconnected()
          return
        }
        // What another node said about its copy does not count on this one.
        serverLive.value = true
        feed.connected()
        group.readAgain()
      })
    },
    onNewGuest() {
      hold.value = NO_HOLD
      myOrders.value = NO_ORDERS
      store.setMine([])
    },
  })
  const group = openMyGroup({ performanceId, link: socket, notice, mayAsk, onSeats: () => store.setMine(mine.value) })
  socket.on('group:changed', (changed) => group.changed(changed))
  const feed = new MapFeed({
    performanceId,
    store,
    clock: {
      nowMs: () => performance.now(),
      after(delayMs, act) {
        const timer = setTimeout(act, delayMs)
        return () => clearTimeout(timer)
      },
    },
    async ask(request) {
      const answer = await socket.ask('map:watch', request)
      if (isUnanswered(answer)) throw new Error(`map:watch of ${performanceId}: ${answer.code}`)
      return answer
    },
    fetchSnapshot: (min) => readSnapshot(performanceId, min),
    random: Math.random,
    onState(state) {
      batch(() => {
        const event = EVENT_OF_FEED[state]
        if (event !== null) step(event)
        if (state !== 'live') return
        // Who reads that the map is live reads its figures, not those of before.
        figures.digest()
        hasMap.value = true
        if (notice.value?.code === 'OFFLINE') notice.value = null
      })
    },
    onMine: (told, at) => batch(() => takeMine({ ...at, ...(told.hold ?? NOTHING_HELD) }, told.orders)),
    onSale: takeSale,
    onStatus(status) {
      batch(() => {
        serverLive.value = status.live
        watchers.value = status.watchers
      })
    },
    onRefused(code) {
      notice.value = plainNotice(code)
    },
  })
  socket.on('map:delta', (delta) => feed.receiveDelta(delta))
  socket.on('map:reset', (reset) => feed.receiveReset(reset))
  socket.on('map:status', (status) => feed.receiveStatus(status))
  socket.on('sale:changed', (changed) => {
    if (changed.performanceId === performanceId) takeSale(changed.status, changed.opensInMs)
  })
  socket.on('hold:changed', (changed) => {
    if (changed.performanceId !== performanceId) return
    batch(() => takeHold(changed, changed.reason))
    // It is an order now; placed in another tab, this one does not know it yet.
    if (changed.reason === 'ordered') void readAgain()
  })
  const orderListeners = new Set<(changed: OrderChanged) => void>()
  socket.on('order:changed', (changed) => {
    for (const listener of orderListeners) listener(changed)
    void readAgain()
  })

  /** Asks what is mine and how the sale stands, beside the feed: when a word from the server is overdue. */
  const readAgain = async (): Promise<void> => {
    const answer = await socket.ask('map:watch', { performanceId, ...store.position })
    if (!answer.ok) return
    batch(() => {
      const { epoch, revision } = answer
      takeMine({ epoch, revision, ...(answer.mine.hold ?? NOTHING_HELD) }, answer.mine.orders)
      takeSale(answer.status, answer.opensInMs)
    })
  }
  const overdueTimer = setInterval(() => {
    const now = performance.now()
    const { deadlineMs } = hold.value
    const { status, opensAtMs } = sale.value
    const holdOverdue = deadlineMs !== null && now > deadlineMs + OVERDUE_MS
    const saleOverdue = status === 'scheduled' && opensAtMs !== null && now > opensAtMs + OVERDUE_MS
    if ((holdOverdue || saleOverdue) && CAN_ASK[connection.value]) void readAgain()
  }, OVERDUE_MS)

  return {
    performance: performanceDetail,
    book,
    store,
    connection,
    hasMap,
    sale,
    hold,
    group,
    holdReason: lastReason,
    orders,
    mine,
    wish: signal(null),
    notice,
    counts: figures.counts,
    watchers,
    mapVersion: figures.version,
    commands: seatCommands({
      performanceId,
      link: socket,
      hold,
      notice,
      mayAsk,
      takeHold: (fact) => takeHold(fact, 'released'),
      readAgain: () => {
        void readAgain()
        group.readAgain()
      },
    }),
    takeOrder(order, at) {
      if (order.performanceId !== performanceId) return
      batch(() => {
        myOrders.value = applyOrder(myOrders.value, order, at ?? null, tick())
        store.setMine(mine.value)
      })
    },
    onOrderChanged(listener) {
      orderListeners.add(listener)
      return () => orderListeners.delete(listener)
    },
    readAgain: () => void readAgain(),
    onSeats: figures.onSeats,
    close() {
      clearInterval(overdueTimer)
      figures.close()
      group.close()
      feed.disconnected()
      socket.close()
    },
  }
}

const NOTHING_HELD = { holdId: null, seats: [], expiresInMs: 0 } as const
