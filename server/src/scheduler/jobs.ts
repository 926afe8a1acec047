import type { Logger } from 'pino'
import { forgetOldAttempts } from '../accounts/attempt-limit.ts'
import { forgetOldDeviceLinks } from '../accounts/device-links.ts'
import { isWhole } from '../seats/map-health.ts'
import { closedPerformances } from './closed-performances.ts'
import { eachPerformance } from './each-performance.ts'
import { findPerformance, listUnfinishedPerformances, markOpened } from '../catalogue/catalogue-repository.ts'
import type { Db } from '../database/client.ts'
import type { MapSource } from '../feed/map-source.ts'
import { forgetOldKeys } from '../http/idempotency.ts'
import type { Metrics } from '../observability/metrics.ts'
import { forgetOldEvents } from '../payments/receive-webhook.ts'
import { resolveLocks } from '../orders/orphan-locks.ts'
import { compareOrders } from '../orders/compare-orders.ts'
import type { Step } from '../orders/step.ts'
import type { MapCommands } from '../seats/map-commands.ts'
import type { OrderCommands } from '../seats/order-commands.ts'
import { reconcile } from './reconcile.ts'
import { type WatchedPerformance, WatchedPerformances } from './watched-performances.ts'

/** Something that needs a clock. Every run is a compare-and-set: none, one or five schedulers do no harm (design, rule 8). */
export interface Job {
  readonly name: string
  /** ms from the end of a run to the next. */
  readonly intervalMs: number
  /** Shortest pause between two runs, ms, however often it is woken. */
  readonly restMs?: number
  /** Longest pause after failures, ms. */
  readonly backoffMsMax: number
  /** Resolves with another pause in ms, or nothing. */
  run(): Promise<number | void>
}

export interface JobOptions {
  readonly db: Db
  readonly commands: MapCommands
  readonly orders: OrderCommands
  readonly source: MapSource
  readonly metrics: Pick<Metrics, 'drift'>
  readonly log: Logger
  readonly step?: Step
  readonly now?: () => number
}

/** Deadlines are looked at this often at least, ms. Source: design, rule 7. */
const EXPIRY_LOOK_MS = 200
/** How soon a new performance is noticed, ms. Source: the shortest hold lasts 2 s. */
const LIST_MS = 1_000
/** How often closed performances are looked at, ms: those closed while no scheduler was there. Source: a guess. */
const LIST_CLOSED_MS = 5_000
/** How often the clock's opening of a sale is written down, ms; Redis opens it in its own second. Source: a guess. */
const OPEN_MS = 1_000
/** How often missing maps are looked for, ms. Source: a guess. */
const LOAD_MS = 1_000
/** How often base snapshots are looked at, ms. Source: half the time in which the busiest sale fills CHECKPOINT_ENTRIES. */
const CHECKPOINT_MS = 500
/** Source: design, section 8 asks for checks while it runs; a guess. */
const RECONCILE_MS = 30_000
/** How often seats of orders that were never written are looked for, ms. Source: they are to be free within 5 s. */
const LOCKS_MS = 1_000
/** Source: a guess; keys live for a day. */
const FORGET_MS = 3_600_000

/** The scheduler's work, job by job. */
export function schedulerJobs(options: JobOptions): Job[] {
  const { db, commands, orders, source, metrics, log } = options
  const now = options.now ?? (() => performance.now())
  const watched = new WatchedPerformances()
  const locking = { db, orders, ...(options.step !== undefined && { step: options.step }) }

  const expire = async (one: WatchedPerformance): Promise<void> => {
    one.dueMs = now() + EXPIRY_LOOK_MS
    const report = await commands.expireDue(one.target)
    if (!report.ok) {
      if (report.code === 'WRONG_EPOCH') watched.moveTo(one, report.epoch)
      else one.missing = true
      return
    }
    if (report.ended > 0) log.debug({ performanceId: one.target.id, holdCount: report.ended }, 'holds expired')
    if (report.opened) log.info({ performanceId: one.target.id }, 'sale opened')
    if (report.nextInMs !== null) one.dueMs = now() + Math.min(EXPIRY_LOOK_MS, report.nextInMs)
  }

  const compare = async ({ target }: WatchedPerformance): Promise<void> => {
    const drift = await reconcile(db, commands, target.id)
    const orderDrift = await compareOrders({ db, orders, readMap: (of) => commands.readMap(of) }, target)
    if (drift === undefined || orderDrift === undefined) return
    metrics.drift.set({ performance: target.id }, drift.seats + orderDrift)
    if (drift.sale || drift.seats + orderDrift > 0)
      log.warn({ performanceId: target.id, ...drift, orders: orderDrift }, 'drift repaired')
  }

  const expireEach = eachPerformance('expire-holds', log)
  const loadEach = eachPerformance('load-maps', log, 'in turn')
  const checkpointEach = eachPerformance('checkpoint', log)
  const compareEach = eachPerformance('reconcile', log, 'in turn')
  const resolveEach = eachPerformance('resolve-locks', log)
  return [
    {
      name: 'list-performances',
      intervalMs: LIST_MS,
      backoffMsMax: LIST_MS,
      async run() {
        watched.update(await listUnfinishedPerformances(db))
      },
    },
    {
      name: 'list-closed-performances',
      intervalMs: LIST_CLOSED_MS,
      backoffMsMax: LIST_CLOSED_MS,
      async run() {
        for await (const page of closedPerformances(db, commands)) watched.updateClosed(page)
      },
    },
    {
      name: 'expire-holds',
      intervalMs: EXPIRY_LOOK_MS,
      backoffMsMax: EXPIRY_LOOK_MS,
      async run() {
        await expireEach(watched.due(now()), expire)
        return Math.min(EXPIRY_LOOK_MS, Math.max(1, Math.ceil(watched.nextDueMs - now())))
      },
    },
    {
      name: 'open-sales',
      intervalMs: OPEN_MS,
      backoffMsMax: 5 * OPEN_MS,
      async run() {
        for (const performanceId of await markOpened(db)) log.info({ performanceId }, 'sale marked as opened')
      },
    },
    {
      name: 'load-maps',
      intervalMs: LOAD_MS,
      backoffMsMax: 5 * LOAD_MS,
      async run() {
        const missing = watched.all().filter((one) => one.missing)
        await loadEach(missing, async (one) => {
          const found = await findPerformance(db, one.target.id)
          if (found === undefined) return watched.forget(one)
          await source.ensureLoaded(found)
          one.missing = false
        })
      },
    },
    {
      name: 'checkpoint',
      intervalMs: CHECKPOINT_MS,
      backoffMsMax: 10 * CHECKPOINT_MS,
      async run() {
        const present = watched.all().filter(({ missing }) => !missing)
        await checkpointEach(present, async ({ target }) => void (await commands.checkpoint(target)))
      },
    },
    {
      name: 'reconcile',
      intervalMs: RECONCILE_MS,
      backoffMsMax: RECONCILE_MS,
      async run() {
        await compareEach(watched.all(), async (one) => {
          const map = await commands.readMap(one.target)
          // Brought back by the job that loads maps, which then says why.
          if (map !== undefined && !isWhole(map)) one.missing = true
          else await compare(one)
        })
      },
    },
    {
      name: 'resolve-locks',
      intervalMs: LOCKS_MS,
      backoffMsMax: 2 * LOCKS_MS,
      async run() {
        await resolveEach(watched.all(), async ({ target }) => void (await resolveLocks(locking, target)))
      },
    },
    {
      name: 'forget-idempotency-keys',
      intervalMs: FORGET_MS,
      backoffMsMax: FORGET_MS,
      async run() {
        await forgetOldKeys(db)
        await forgetOldEvents(db)
      },
    },
    {
      name: 'forget-sign-in-attempts',
      intervalMs: FORGET_MS,
      backoffMsMax: FORGET_MS,
      async run() {
        await forgetOldAttempts(db)
        await forgetOldDeviceLinks(db)
      },
    },
  ]
}
