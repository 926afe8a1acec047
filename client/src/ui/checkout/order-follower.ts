import { batch, computed, signal, type ReadonlySignal } from '@preact/signals'
import type { Order, OrderChanged } from '@seatcast/shared/protocol/order.ts'
import { RequestRefused, type RequestProblem } from '../../connection/authorized.ts'
import { readOrder } from '../../connection/orders-api.ts'
import { nowMs } from '../clock.ts'
import { orderView, READ_EVERY_MS, type OrderView } from './order-view.ts'

/** An order, followed: what the server last said of it. */
export interface OrderFollower {
  readonly orderId: string
  /** null: not read yet. */
  readonly order: ReadonlySignal<Order | null>
  /** What the buyer is shown; null: not read yet. */
  readonly view: ReadonlySignal<OrderView | null>
  /** False: somebody else's, opened by its link: it can be paid and shown, not cancelled. */
  readonly owned: ReadonlySignal<boolean>
  /** When payment is due, on the local monotonic clock, ms. */
  readonly deadlineMs: ReadonlySignal<number>
  /** Why it could not be read; what was read before stays. */
  readonly problem: ReadonlySignal<RequestProblem | null>
  /** An answer to one of the buyer's own requests: newer than every reading that was begun before it. */
  take(order: Order): void
  readAgain(): Promise<void>
  close(): void
}

interface FollowerNeeds {
  /** Tells of pushed hints; the answer ends it. */
  readonly hints: (listener: (changed: OrderChanged) => void) => () => void
  /** What is known already: no first reading. */
  readonly first?: Order
  /** The secret that stands in the address. */
  readonly linkKey?: string | null
  /** The map told of it a moment ago, PostgreSQL may not have it yet: not read before a hint, or YOUNG_MS. */
  readonly young?: boolean
  /** Told of everything that is taken over. */
  readonly onOrder?: (order: Order) => void
}

/** How soon the first reading is tried again, ms. Source: a guess. */
const FIRST_AGAIN_MS = 2_000
/** How old a young order is at most, and how long its hint is waited for, ms. Source: its transaction takes some 10 ms; the outbox looks once a second. */
export const YOUNG_MS = 1_000
/** How often it is checked whether a reading is due, ms. */
const LOOK_MS = 500

/** Reads an order on a hint, when the page is looked at again, and from time to time: a push is only a hint. */
export function followOrder(orderId: string, { hints, first, linkKey, young, onOrder }: FollowerNeeds): OrderFollower {
  const order = signal<Order | null>(null)
  const owned = signal(true)
  const deadlineMs = signal(0)
  const view = computed(() =>
    order.value === null ? null : orderView(order.value, nowMs.value >= deadlineMs.value ? 0 : 1),
  )
  const problem = signal<RequestProblem | null>(null)
  /** Counts what was taken over: a reading begun before is void. */
  let version = 0
  let reading: Promise<void> | null = null
  let hinted = false
  let readMs = Number.NEGATIVE_INFINITY
  let youngUntilMs = young === true ? performance.now() + YOUNG_MS : 0

  const leftMs = (): number => deadlineMs.peek() - performance.now()
  const take = (after: Order): void => {
    version++
    const before = order.peek()
    // An answer's way here only makes the deadline look later than it is: the earlier estimate is the better.
    const estimate = performance.now() + after.expiresInMs
    const sameClock = before !== null && before.status === after.status && before.expiresInMs > 0
    const deadline = sameClock ? Math.min(estimate, deadlineMs.peek()) : estimate
    batch(() => {
      // The clock's last tick may be older than a deadline that was told just now.
      nowMs.value = performance.now()
      deadlineMs.value = deadline
      order.value = after
      problem.value = null
    })
    onOrder?.(after)
  }
  const read = async (): Promise<void> => {
    const begun = version
    readMs = performance.now()
    try {
      const answer = await readOrder(orderId, linkKey ?? null)
      if (begun !== version) return
      batch(() => {
        owned.value = answer.owned
        take(answer.order)
      })
    } catch (error) {
      if (!(error instanceof RequestRefused)) throw error
      if (begun === version) problem.value = error.code
    }
  }
  const readAgain = async (): Promise<void> => {
    if (performance.now() < youngUntilMs) return
    if (reading !== null) {
      // What is under way may have been answered before the hint.
      hinted = true
      return reading
    }
    reading = read()
    try {
      await reading
    } finally {
      reading = null
    }
    if (hinted) {
      hinted = false
      await readAgain()
    }
  }

  const lookWhetherDue = (): void => {
    if (document.visibilityState !== 'visible') return
    const known = order.peek()
    // An order that is not there, or not ours, will not come.
    if (known === null && problem.peek() === 'NOT_FOUND') return
    const every = known === null ? FIRST_AGAIN_MS : READ_EVERY_MS[orderView(known, leftMs())]
    if (every !== null && performance.now() - readMs >= every) void readAgain()
  }
  const timer = setInterval(lookWhetherDue, LOOK_MS)
  const onVisible = (): void => {
    if (document.visibilityState === 'visible') void readAgain()
  }
  document.addEventListener('visibilitychange', onVisible)
  const stopHints = hints((changed) => {
    if (changed.orderId !== orderId) return
    youngUntilMs = 0
    void readAgain()
  })
  if (first === undefined) void readAgain()
  else take(first)

  return {
    orderId,
    order,
    view,
    owned,
    deadlineMs,
    problem,
    take,
    readAgain,
    close() {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', onVisible)
      stopHints()
      version++
    },
  }
}
