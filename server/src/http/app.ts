import helmet from '@fastify/helmet'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import underPressure from '@fastify/under-pressure'
import Fastify, { type FastifyBaseLogger, type FastifyPluginAsync, LogController } from 'fastify'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { accountRoutes } from '../accounts/account-routes.ts'
import { catalogueRoutes } from '../catalogue/catalogue-routes.ts'
import type { LiveCatalogue } from '../catalogue/live-catalogue.ts'
import { performanceRoutes } from '../catalogue/performance-routes.ts'
import { venueReader } from '../catalogue/venue-reader.ts'
import { venueRoutes } from '../catalogue/venue-routes.ts'
import type { Config } from '../config.ts'
import type { Db } from '../database/client.ts'
import type { Metrics } from '../observability/metrics.ts'
import { inRequest, requestIdFrom } from '../observability/request-id.ts'
import { isOriginAllowed, type OriginRules } from '../socket/origin.ts'
import { ticketRoutes } from '../tickets/ticket-routes.ts'
import { apiDocs } from './api-docs.ts'
import type { App } from './app-instance.ts'
import { accessTokens, guards } from './authentication.ts'
import { trustedHops } from './caller-address.ts'
import { clientFiles } from './client-files.ts'
import { guestLimit } from './guest-limit.ts'
import { guestRoutes } from './guest-routes.ts'
import { type Health, healthRoutes } from './health-routes.ts'
import { replyWithProblem, sendProblem } from './problem-replies.ts'
import { problemOf, RefusalError } from './refusal.ts'
import { compileValidator } from './validation.ts'

export interface AppOptions extends Health {
  readonly config: Config
  readonly db: Db
  /** For long statements of organisers; default: `db`. */
  readonly patientDb?: Db
  readonly logger: Logger
  readonly live: LiveCatalogue
  /** Where limits are counted for all nodes; none: by this process alone. */
  readonly redis?: Redis
  /** Where requests are measured; none: they are not. */
  readonly measured?: Pick<Metrics, 'httpRequestSeconds'>
  /** Told after orders went to another owner, so that Redis hears of it at once; it hears of it soon anyway. */
  readonly ordersChanged?: () => void
  /** Routes of other features; they get the docs, the limits and the error answers of this app. */
  readonly plugins?: readonly FastifyPluginAsync[]
}

/** Bodies on all routes but the venues', bytes. Source: a guess; a performance with 50 zones takes 8 KB. */
const BODY_BYTES_MAX = 65_536
/** A worker whose event loop is later than this refuses with OVERLOADED, ms. Source: a guess: far above any slice of work. */
const EVENT_LOOP_DELAY_MS_MAX = 1_000

/** Builds the HTTP side of a node; `listen` is the caller's. */
export async function buildApp(options: AppOptions): Promise<App> {
  const { config, db, live } = options
  const logger: FastifyBaseLogger = options.logger
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: ({ headers }) => requestIdFrom(headers['idempotency-key']),
    // The logger names the request by itself.
    childLoggerFactory: (parent) => parent,
    trustProxy: trustedHops(config.trustProxy),
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: 60_000,
    routerOptions: { maxParamLength: 128 },
    return503OnClosing: true,
    frameworkErrors: (error, request, reply) => void replyWithProblem(error, request, reply),
  }).withTypeProvider<TypeBoxTypeProvider>()

  app.setValidatorCompiler(compileValidator)
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer))
  app.setErrorHandler((error, request, reply) => void replyWithProblem(error, request, reply))
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, problemOf(new RefusalError('NOT_FOUND'))))
  app.decorateRequest('identity', null)
  nameRequests(app)
  measureRequests(app, options.measured)
  refuseForeignOrigins(app, config)

  await app.register(helmet, { contentSecurityPolicy: { directives: CONTENT_SECURITY_POLICY }, hsts: false })
  await app.register(underPressure, {
    maxEventLoopDelay: EVENT_LOOP_DELAY_MS_MAX,
    // The page itself is cheap, and nothing asks again for a part of it that is missing: it says that the server is busy.
    pressureHandler: ({ url }) => {
      if (url.startsWith('/api/')) throw new RefusalError('OVERLOADED')
    },
  })
  await apiDocs(app)

  const tokens = accessTokens(config.tokenSecret)
  const guarded = guards(tokens)
  healthRoutes(app, options)
  guestRoutes(app, {
    db,
    tokens,
    guestTokenSeconds: config.guestTokenSeconds,
    limit: guestLimit(options.redis, config.limits.guestsPerMinutePerAddress),
    trustProxy: config.trustProxy,
    addressSecret: config.tokenSecret,
  })
  accountRoutes(app, { db, config, tokens, guards: guarded, ordersChanged: options.ordersChanged })
  ticketRoutes(app, { db, config, guards: guarded })
  catalogueRoutes(app, { db, live })
  performanceRoutes(app, { db, live, guards: guarded, partitions: config.partitions })
  await app.register(async (scope) =>
    venueRoutes(scope as App, { db: options.patientDb ?? db, guards: guarded, venueReader: venueReader() }),
  )
  for (const plugin of options.plugins ?? []) await app.register(plugin)
  await clientFiles(app, config.clientDirectory)
  return app
}

/** What Pixi and Socket.IO need beside our own files: blob workers and images, WebSockets. TLS is the proxy's. */
const CONTENT_SECURITY_POLICY = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'"],
  workerSrc: ["'self'", 'blob:'],
  connectSrc: ["'self'", 'ws:', 'wss:', 'data:', 'blob:'],
  imgSrc: ["'self'", 'data:', 'blob:'],
  fontSrc: ["'self'", 'data:'],
  styleSrc: ["'self'", "'unsafe-inline'"],
  frameAncestors: ["'none'"],
  objectSrc: ["'none'"],
  upgradeInsecureRequests: null,
}

const READING = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Another site's page may read what is public, but changes nothing: refused before any work, as its sockets are. */
function refuseForeignOrigins(app: App, rules: OriginRules): void {
  app.addHook('onRequest', async ({ method, headers }) => {
    if (!READING.has(method) && !isOriginAllowed(headers, rules)) throw new RefusalError('FORBIDDEN')
    await Promise.resolve()
  })
}

/** Everything that a request does is done in its name. Its body arrives outside of that, so it is said again after it. */
function nameRequests(app: App): void {
  app.addHook('onRequest', ({ id }, _reply, done) => inRequest(id, done))
  app.addHook('preValidation', ({ id }, _reply, done) => inRequest(id, done))
}

function measureRequests(app: App, measured: AppOptions['measured']): void {
  if (measured === undefined) return
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown' // the pattern, never the path: paths are without number
    const labels = { method: request.method, route, status: String(reply.statusCode) }
    measured.httpRequestSeconds.observe(labels, reply.elapsedTime / 1_000)
    done()
  })
}
