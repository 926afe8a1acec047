import { createServer } from 'node:http'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { connectDatabase } from '../database/client.ts'
import { groupNews } from '../groups/group-news.ts'
import { repeat, type Repeating } from '../lifecycle/repeat.ts'
import { runUntilSignal, type Service } from '../lifecycle/service.ts'
import { bookCounts } from '../observability/book-counts.ts'
import { createMetrics, type Metrics } from '../observability/metrics.ts'
import { plantInDatabase } from '../planted-bugs/planted-database.ts'
import { plantedLua } from '../planted-bugs/planted-lua.ts'
import { connectRedis } from '../redis/client.ts'
import { watchRedis } from '../redis/redis-watch.ts'
import { groupJobs } from '../scheduler/group-jobs.ts'
import { type Job, schedulerJobs } from '../scheduler/jobs.ts'
import { orderJobs } from '../scheduler/order-jobs.ts'
import { createGroupCommands } from '../seats/group-commands.ts'
import { createOrderCommands } from '../seats/order-commands.ts'
import { createSeatCommands } from '../seats/seat-commands.ts'
import { createEmitter } from '../socket/server.ts'
import { mapSource } from './map-source.ts'
import { crashStep } from './crash-step.ts'
import { deliveredOrders } from './delivered-orders.ts'
import { outboxNeeds } from './outbox-needs.ts'
import { paymentParts } from './payments.ts'
import { checkStores } from './preflight.ts'
import { redisFaultLog } from './redis-fault-log.ts'
import type { Ready } from './worker-messages.ts'

/** The process of what needs a clock. It may be killed, paused or doubled without harm. */
export async function runScheduler(config: Config, log: Logger): Promise<0 | 1> {
  await checkStores(config)
  await plantInDatabase(config.plantedBug, config.databaseUrl)
  const database = connectDatabase({
    databaseUrl: config.databaseUrl,
    applicationName: `seatcast scheduler ${config.nodeName}`,
    prepares: config.databasePrepares,
    poolSize: 4,
    onIdleError: (fault) => log.warn({ err: fault }, 'idle PostgreSQL connection broke'),
    onConnected: (waitedMs) => metrics.databaseWaitSeconds.observe(waitedMs / 1_000),
  })
  const { db } = database
  const redisFault = redisFaultLog(log)
  const redis = connectRedis(config.redisUrl, 'commands', redisFault)
  const redisWatch = watchRedis(redis, log, (elapsedMs) => metrics.redisRoundTripSeconds.observe(elapsedMs / 1_000))
  const subscriber = connectRedis(config.redisUrl, 'pubsub', redisFault)
  const lua = plantedLua(config.plantedBug)
  const orders = createOrderCommands(redis, lua)
  const metrics = createMetrics(database.pool)
  const commands = createSeatCommands(redis, lua)
  const source = mapSource({ db, redis, commands, metrics, log })
  const step = crashStep(config)
  const loops: Repeating[] = [redisWatch]

  const services: Service[] = [
    { name: 'database', stop: () => database.close() },
    {
      name: 'redis',
      stop() {
        redis.disconnect()
        subscriber.disconnect()
      },
    },
    { name: 'metrics', stop: () => metrics.stop() },
    ...(config.schedulerPort > 0
      ? [healthServer(config, metrics, bookCounts(db, metrics), () => redisWatch.answers)]
      : []),
    {
      name: 'jobs',
      start() {
        const io = createEmitter({ publish: redis, subscribe: subscriber })
        const groups = createGroupCommands(redis, lua)
        const { tell: tellGroup } = groupNews(db, io)
        const told = deliveredOrders({ io: () => io, tellGroup, log })
        const needs = outboxNeeds({ db, orders, groups, told, source, log, step })
        const { overdue, outbox } = orderJobs(needs, () => delivering?.wake())
        const { work, rounds } = paymentParts({
          config,
          db,
          orders,
          source,
          log,
          metrics,
          ownOrigin: () => (config.port > 0 ? `http://127.0.0.1:${config.port}` : null),
          wakeOutbox: () => delivering?.wake(),
          wakeWork: () => paying?.wake(),
          step,
        })
        const options = { db, commands, orders, source, metrics, log, ...(step !== undefined && { step }) }
        const grouping = groupJobs({ db, groups, tell: tellGroup })
        for (const job of [...schedulerJobs(options), ...grouping, overdue, rounds])
          loops.push(repeat({ ...job, log }, () => measured(job, metrics)))
        const delivering = repeat({ ...outbox, log }, () => measured(outbox, metrics))
        const paying = repeat({ ...work, log }, () => measured(work, metrics))
        loops.push(delivering, paying)
      },
      async drain() {
        await Promise.all(loops.map((loop) => loop.stop()))
      },
    },
  ]
  return runUntilSignal(services, {
    shutdownDeadlineMs: config.shutdownDeadlineMs,
    log,
    started() {
      log.info({ port: config.schedulerPort }, 'scheduler running')
      process.send?.({ type: 'ready' } satisfies Ready)
    },
  })
}

async function measured(job: Job, metrics: Metrics): Promise<number | void> {
  const end = metrics.jobSeconds.startTimer({ job: job.name })
  try {
    const pauseMs = await job.run()
    metrics.jobRuns.inc({ job: job.name, outcome: 'done' })
    return pauseMs
  } catch (fault) {
    metrics.jobRuns.inc({ job: job.name, outcome: 'failed' })
    throw fault
  } finally {
    end()
  }
}

/** What an orchestrator and Prometheus ask a process without routes of its own. */
function healthServer(config: Config, metrics: Metrics, count: () => Promise<void>, isReady: () => boolean): Service {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0]
    if (path === '/metrics') {
      void count()
        .then(() => metrics.registry.metrics())
        .then((text) => response.setHeader('content-type', metrics.registry.contentType).end(text))
      return
    }
    const status = path === '/healthz' || (path === '/readyz' && isReady()) ? 200 : path === '/readyz' ? 503 : 404
    response.writeHead(status).end()
  })
  return {
    name: 'health',
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(config.schedulerPort, config.host, resolve)
      }),
    stop: () => void server.close(),
  }
}
