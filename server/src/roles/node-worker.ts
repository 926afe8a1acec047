import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { auditRoute } from '../audit/audit-route.ts'
import { connectDatabase } from '../database/client.ts'
import { LiveMaps } from '../feed/live-maps.ts'
import { snapshotRoute } from '../feed/snapshot-route.ts'
import { openMap, watchHandlers } from '../feed/watch-socket.ts'
import { buildApp } from '../http/app.ts'
import { accessTokens, guards } from '../http/authentication.ts'
import { repeat, type Repeating } from '../lifecycle/repeat.ts'
import { runUntilSignal, type Service } from '../lifecycle/service.ts'
import { createMetrics } from '../observability/metrics.ts'
import { nodeMetrics } from '../observability/node-metrics.ts'
import { plantedWatcher } from '../planted-bugs/lost-frames.ts'
import { plantedLua } from '../planted-bugs/planted-lua.ts'
import { connectRedis, untilReady } from '../redis/client.ts'
import { watchRedis } from '../redis/redis-watch.ts'
import { deliverOrder } from '../orders/order-outbox.ts'
import { orderKeys } from '../orders/order-keys.ts'
import { orderRoutes } from '../orders/order-routes.ts'
import { eachPerformance } from '../scheduler/each-performance.ts'
import { orderJobs } from '../scheduler/order-jobs.ts'
import { createGroupCommands } from '../seats/group-commands.ts'
import { createOrderCommands } from '../seats/order-commands.ts'
import { prepareChoice } from '../seats/seat-choice.ts'
import { createSeatCommands } from '../seats/seat-commands.ts'
import { seatHandlers } from '../seats/seat-socket.ts'
import { admissionReader } from '../socket/admission.ts'
import { AddressCount } from '../socket/address-count.ts'
import { CommandGate } from '../socket/command-handler.ts'
import { guardHandshake } from '../socket/handshake.ts'
import { closeConnections, createSocketServer, userRoom } from '../socket/server.ts'
import { usedSeats } from '../tickets/ticket-repository.ts'
import { feedCounts, feedMeasures, joinMeasure } from './feed-measures.ts'
import { groupParts } from './groups.ts'
import { HolderNewsDesk } from './holder-news.ts'
import { liveCatalogue } from './live-catalogue.ts'
import { mapSource } from './map-source.ts'
import { crashStep } from './crash-step.ts'
import { deliveredOrders } from './delivered-orders.ts'
import { orderableMaps } from './orderable-maps.ts'
import { originOf } from './own-origin.ts'
import { outboxNeeds } from './outbox-needs.ts'
import { overdueHolds } from './overdue-holds.ts'
import { paymentParts } from './payments.ts'
import { redisFaultLog } from './redis-fault-log.ts'
import type { ToPrimary } from './worker-messages.ts'
import { REPORT_MS, workerReports } from './worker-reports.ts'

/** How long Redis may take to answer a starting worker, ms. Source: a guess: the primary tries again. */
const REDIS_PATIENCE_MS = 10_000
/** How often a worker looks for deadlines that no scheduler acted on, ms. Source: design, rule 7. */
const OVERDUE_LOOK_MS = 200
/** How much calmer a worker looks after orders than a scheduler, which may not be there. Source: a guess: once a second. */
const CALM = 4
/** Connections for long statements of organisers, opened when one is run. Source: a guess: they are few. */
const PATIENT_POOL_SIZE = 2
/** How long connections that were asked to close may take, ms. Source: a guess: a round trip on a bad line. */
const CLOSING_GRACE_MS = 1_000

/** One worker of a node: HTTP, sockets, live maps. Builds them in order, takes them down in reverse. */
export async function runNodeWorker(config: Config, log: Logger): Promise<0 | 1> {
  const worker = `${config.nodeName}:${config.workerNumber}`
  const database = connectDatabase({
    databaseUrl: config.databaseUrl,
    applicationName: `seatcast ${worker}`,
    prepares: config.databasePrepares,
    patienceMs: config.databasePatienceMs,
    onIdleError: (fault) => log.warn({ err: fault }, 'idle PostgreSQL connection broke'),
    onConnected: (waitedMs) => metrics.databaseWaitSeconds.observe(waitedMs / 1_000),
  })
  const { db } = database
  // An organiser waits for a stadium to be stored; nobody else waits behind it.
  const patient = connectDatabase({
    databaseUrl: config.databaseUrl,
    applicationName: `seatcast ${worker} organisers`,
    prepares: config.databasePrepares,
    poolSize: PATIENT_POOL_SIZE,
    onIdleError: (fault) => log.warn({ err: fault }, 'idle PostgreSQL connection broke'),
  })
  const redisFault = redisFaultLog(log)
  const redis = connectRedis(config.redisUrl, 'commands', redisFault)
  const redisWatch = watchRedis(redis, log, (elapsedMs) => metrics.redisRoundTripSeconds.observe(elapsedMs / 1_000))
  const subscriber = connectRedis(config.redisUrl, 'pubsub', redisFault)
  const metrics = createMetrics(database.pool)
  const lua = plantedLua(config.plantedBug)
  const commands = createSeatCommands(redis, lua)
  const source = mapSource({ db, redis, commands, metrics, log })
  const orders = createOrderCommands(redis, lua)
  const addresses = new AddressCount()
  const reports = workerReports(worker, addresses, config.limits.socketsPerAddress)
  const step = crashStep(config)
  let draining = false

  const maps = new LiveMaps({
    source,
    commands: redis,
    connectBlocking: () => connectRedis(config.redisUrl, 'blocking', redisFault),
    events: {
      ...feedMeasures(metrics),
      holdChanged(buyer, change) {
        metrics.holds.inc({ performance: change.performanceId, reason: change.reason })
        holderNews.changed([buyer, change])
      },
      groupHoldChanged: (groupId, change) => groups.groupHoldChanged(groupId, change),
    },
    framesPerSecond: config.framesPerSecond,
    tickMsMin: config.tickMsMin,
    ringEntries: config.ringEntries,
    watchersElsewhere: reports.watchersElsewhere,
    opened: prepareChoice,
    log,
  })
  const holderNews = new HolderNewsDesk({
    isTeller: reports.isTeller,
    tellOthers: (news) => void io.serverSideEmit('holds:changed', news),
    tellSockets([buyer, change]) {
      const room = userRoom(buyer)
      const sockets = io.sockets.adapter.rooms.get(room)
      if (sockets === undefined) return false
      metrics.frames.inc({ kind: 'hold:changed' }, sockets.size)
      io.local.to(room).emit('hold:changed', change)
      return true
    },
    // One that cannot be read now is told of again.
    follow: (performanceId) => void maps.open(performanceId).catch(() => undefined),
  })
  const groupCommands = createGroupCommands(redis, lua)
  const groups = groupParts({ config, db, maps, groups: groupCommands, io: () => io, log })
  const told = deliveredOrders({ io: () => io, tellGroup: groups.tell, log })
  const tokens = accessTokens(config.tokenSecret)
  const guarded = guards(tokens)
  let delivering: Repeating | undefined
  const wakeOutbox = () => delivering?.wake()
  let paying: Repeating | undefined
  const payments = paymentParts({
    config,
    db,
    orders,
    source,
    log,
    metrics,
    ownOrigin: () => originOf(app.server.address()),
    wakeOutbox,
    wakeWork: () => paying?.wake(),
    calm: CALM,
    step,
  })
  const outboxParts = outboxNeeds({ db, orders, groups: groupCommands, told, source, log, step })
  const app = await buildApp({
    config,
    db,
    patientDb: patient.db,
    logger: log,
    live: liveCatalogue(db, maps, source, commands),
    redis,
    measured: metrics,
    readiness: () => {
      const reasons = [...(draining ? ['draining'] : []), ...(redisWatch.answers ? [] : ['Redis is away'])]
      return Promise.resolve({ ready: reasons.length === 0, reasons })
    },
    metrics: nodeMetrics(metrics.registry),
    ordersChanged: wakeOutbox,
    plugins: [
      snapshotRoute(maps),
      auditRoute({ db: patient.db, redis, guards: guarded }),
      orderRoutes({
        db,
        guards: guarded,
        orders,
        keys: orderKeys(config.tokenSecret),
        money: payments.money,
        usedSeats,
        openMap: orderableMaps(maps),
        wake() {
          wakeOutbox()
          paying?.wake()
        },
        delivered: told,
        ...(step !== undefined && { step }),
      }),
      ...payments.routes(guarded),
      payments.groupRoutes(guarded, {
        groups: groupCommands,
        openMap: orderableMaps(maps),
        viewGroup: (groupId, userId) => groups.viewGroup(groupId, userId),
        deliver: (orderId) => deliverOrder(outboxParts, orderId),
      }),
    ],
  })
  const io = createSocketServer(app.server, { publish: redis, subscribe: subscriber })
  const sweep = guardHandshake(io, {
    allowedOrigins: config.allowedOrigins,
    trustProxy: config.trustProxy,
    async identify(token) {
      const identity = await tokens.readToken(token)
      return identity === undefined ? null : { userId: identity.userId, expiresAtMs: identity.expiresAtSeconds * 1_000 }
    },
    readAdmission: admissionReader(config.tokenSecret),
    addressSecret: config.tokenSecret,
    messagesPerSecondPerSocket: config.limits.messagesPerSecondPerSocket,
    socketsPerAddress: config.limits.socketsPerAddress,
    addresses,
    socketsElsewhere: reports.socketsElsewhere,
    socketsPerWorker: config.limits.socketsPerWorker,
    isOverloaded: () => app.isUnderPressure(),
    log,
  })
  const { limits, admissionRequired } = config
  const open = (performanceId: string) => openMap(maps, performanceId)
  const gate = new CommandGate(
    [
      ...watchHandlers(maps, joinMeasure(metrics), plantedWatcher(config.plantedBug)),
      ...groups.handlers,
      ...seatHandlers({ commands, open, limits, admissionRequired, log }),
    ],
    {
      messagesPerSecond: limits.messagesPerSecondPerSocket,
      log,
      ...(config.environment === 'development' && { node: worker }),
      answered(event, code, elapsedMs) {
        metrics.commands.inc({ event, outcome: code === 'OK' ? 'ok' : code })
        metrics.commandSeconds.observe({ event }, elapsedMs / 1_000)
      },
    },
  )
  io.on('connection', (socket) => {
    metrics.sockets.inc()
    socket.once('disconnect', () => metrics.sockets.dec())
    gate.attach(socket)
  })

  reports.listen(io)
  io.on('holds:changed', (news) => holderNews.heard(news))
  const countFeed = feedCounts(maps, metrics)

  const endOverdue = overdueHolds(commands)
  const eachOverdue = eachPerformance('end-overdue-holds', log)
  const loops: Repeating[] = [sweep, redisWatch]
  const startLoops = () => {
    const { overdue, outbox } = orderJobs(outboxParts, wakeOutbox, CALM)
    delivering = repeat({ ...outbox, log }, () => outbox.run())
    paying = repeat({ ...payments.work, log }, () => payments.work.run())
    loops.push(
      ...groups.startLoops(),
      delivering,
      paying,
      repeat({ ...overdue, log }, () => overdue.run()),
      repeat({ ...payments.rounds, log }, () => payments.rounds.run()),
      repeat({ name: 'end-overdue-holds', intervalMs: OVERDUE_LOOK_MS, backoffMsMax: 2_000, log }, async () => {
        await eachOverdue(maps.overdue(), endOverdue)
      }),
      repeat({ name: 'count-watchers', intervalMs: REPORT_MS, backoffMsMax: REPORT_MS, log }, () => {
        const counts: Record<string, number> = {}
        for (const { performance: sale, watcherCount } of maps.values()) counts[sale.id] = watcherCount
        reports.tell(io, counts)
        countFeed()
      }),
    )
  }

  const services: Service[] = [
    { name: 'database', stop: () => database.close() },
    { name: "organisers' database", stop: () => patient.close() },
    {
      name: 'redis',
      start: async () => {
        await Promise.all([untilReady(redis, REDIS_PATIENCE_MS), untilReady(subscriber, REDIS_PATIENCE_MS)])
      },
      stop() {
        redis.disconnect()
        subscriber.disconnect()
      },
    },
    { name: 'metrics', stop: () => metrics.stop() },
    { name: 'live maps', stop: () => maps.close() },
    {
      name: 'loops',
      start: startLoops,
      stop: async () => {
        await Promise.all(loops.map((loop) => loop.stop()))
      },
    },
    {
      name: 'http and sockets',
      async start() {
        await app.listen({ host: config.host, port: config.port })
      },
      async drain() {
        draining = true
        // Refuses new connections at once; ends when the open ones, sockets included, are gone.
        const closed = app.close()
        await closeConnections(io, config.drainSpreadMs, (socketId) => gate.idle(socketId))
        await gate.idle()
        io.engine.close()
        await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, CLOSING_GRACE_MS))])
      },
    },
  ]
  return runUntilSignal(services, {
    shutdownDeadlineMs: config.shutdownDeadlineMs,
    log,
    started: () => process.send?.({ type: 'listening' } satisfies ToPrimary),
  })
}
