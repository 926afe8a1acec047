import { hostname } from 'node:os'
import { join } from 'node:path'

/**
 * Every setting, read once from the environment, checked whole and frozen. The only reader of process.env.
 * Secrets have no default outside development.
 */
export interface Config {
  readonly environment: 'development' | 'production'
  readonly logLevel: string
  readonly databaseUrl: string
  readonly redisUrl: string
  /** How long a buyer's request waits for PostgreSQL to answer, ms; then it is `UNAVAILABLE`. */
  readonly databasePatienceMs: number
  /** Whether connections keep the plans of statements; not behind PgBouncer in transaction mode without max_prepared_statements. */
  readonly databasePrepares: boolean
  /** Address and port that a node listens on. */
  readonly host: string
  readonly port: number
  /** Worker processes of a node. */
  readonly workers: number
  /** Which of them this process is, from 1; set by the node's primary process, 0 in all others. */
  readonly workerNumber: number
  /** What this node is called in logs, metrics and (development) in acks. */
  readonly nodeName: string
  /** Signs and checks access tokens (HS256); at least 32 characters. */
  readonly tokenSecret: string
  /** Lifetime of a guest's token, s. */
  readonly guestTokenSeconds: number
  /** Lifetime of an account's token, s; one with a granted role (staff, organiser) lasts 12 h at most. */
  readonly accountTokenSeconds: number
  /** IANA time zone of the venues: the dates on tickets. Default: the server's own. */
  readonly timeZone: string
  /** Origins a browser may connect from beside the server's own. */
  readonly allowedOrigins: readonly string[]
  /** A proxy stands in front: believe one hop of X-Forwarded-For, -Host and -Proto, the one that it wrote (http/caller-address.ts). */
  readonly trustProxy: boolean
  /** Redis partitions; fixed for a database's life. */
  readonly partitions: number
  /** `demo`: limits lifted for a local demo; `production`: the real ones. See limits. */
  readonly limits: Limits
  /** Frames a second one worker may send; the fan-out tick grows to stay under it. */
  readonly framesPerSecond: number
  /** Shortest fan-out tick, ms. */
  readonly tickMsMin: number
  /** Deltas a performance keeps for reconnecting clients. */
  readonly ringEntries: number
  /** How long the rest of the work may take after SIGTERM, ms. */
  readonly shutdownDeadlineMs: number
  /** Clients are told to reconnect at random moments over this time, ms. */
  readonly drainSpreadMs: number
  /** Port of a scheduler's /healthz, /readyz and /metrics; 0: none. */
  readonly schedulerPort: number
  /** Every performance needs an admission token (the waiting room's seam; off by default). */
  readonly admissionRequired: boolean
  /** Points of each new wallet, minor units; 0 outside development. */
  readonly walletDemoBalance: number
  /** The wallet that everybody has without having paid or been paid: its currency. */
  readonly walletCurrency: string
  /** Development's payment service: its origin; empty: no cards are offered. */
  readonly sandboxPaymentsUrl: string
  /** Shared with the payment service; by default made from TOKEN_SECRET. */
  readonly sandboxPaymentsSecret: string
  /** What the payment service itself needs. */
  readonly sandboxPayments: SandboxPaymentsConfig
  /** How often a capture of a group's payment is asked for before it counts as failed. Default: the third comes after 9 s. */
  readonly captureTries: number
  /** Where providers reach this installation; empty: this node's own port on the loopback address. */
  readonly webhookOrigin: string
  /** Development: the file that names the step at which a process kills itself (roles/crash-step.ts); empty: none. */
  readonly crashFile: string
  /** Development: which bug is planted (planted-bugs/), so that load tests can prove that they notice; empty: none. */
  readonly plantedBug: PlantedBug | ''
  /** Built client, served at `/`; empty: not served. */
  readonly clientDirectory: string
}

/** Bugs that a system can be given on purpose, on a database of its own: see planted-bugs/README.md. */
export const PLANTED_BUGS = [
  'hold-without-owner-check',
  'lost-frames',
  'early-expiry',
  'double-sale',
  'skipped-revision',
  'group-half-sold',
] as const
export type PlantedBug = (typeof PLANTED_BUGS)[number]

export interface SandboxPaymentsConfig {
  /** On the loopback address. */
  readonly port: number
  /** Where its payments outlive it; empty: nowhere. */
  readonly file: string
  readonly answerMs: number
  readonly slowMs: number
  readonly lateMs: number
  readonly lateMsMax: number
  readonly gapMs: number
}

/** An address is an IPv4 address or an IPv6 /64. */
export interface Limits {
  readonly messagesPerSecondPerSocket: number
  /** Counted by each worker alone: a buyer with sockets on k workers may reach k times as many. */
  readonly holdsPerSecondPerBuyer: number
  /**
   * Counted by each worker at once and over all nodes with a delay of about a second: within that second every worker
   * may fill the limit. A worker that dies is counted for 3 s more.
   */
  readonly socketsPerAddress: number
  /** Counted in Redis over all nodes; while Redis is away by each worker alone. */
  readonly guestsPerMinutePerAddress: number
  /** Per performance; counted in Redis, in the script that holds. */
  readonly heldSeatsPerAddress: number
  /** Logins and sign-ups tried in 15 minutes; see accounts/attempt-limit.ts. */
  readonly signInsPerAddress: number
  readonly signInsPerEmail: number
  /** Codes of groups and links of devices that were wrong, tried in 15 minutes; see accounts/attempt-limit.ts. */
  readonly wrongCodesPerBuyer: number
  readonly wrongCodesPerAddress: number
  /** Sockets one worker carries before it refuses with OVERLOADED. */
  readonly socketsPerWorker: number
  /** Squatting budget: a buyer's holds share 2 x (holdSeconds + paymentSeconds) an hour. */
  readonly squattingBudget: boolean
}

const PRODUCTION_LIMITS: Limits = {
  messagesPerSecondPerSocket: 20,
  holdsPerSecondPerBuyer: 5,
  socketsPerAddress: 200,
  guestsPerMinutePerAddress: 120,
  heldSeatsPerAddress: 200,
  signInsPerAddress: 60,
  signInsPerEmail: 50,
  wrongCodesPerBuyer: 20,
  wrongCodesPerAddress: 100,
  socketsPerWorker: 20_000,
  squattingBudget: true,
}

const DEMO_LIMITS: Limits = {
  messagesPerSecondPerSocket: 1_000,
  holdsPerSecondPerBuyer: 1_000,
  socketsPerAddress: 1_000_000,
  guestsPerMinutePerAddress: 1_000_000,
  heldSeatsPerAddress: 1_000_000,
  signInsPerAddress: 1_000_000,
  signInsPerEmail: 1_000_000,
  wrongCodesPerBuyer: 1_000_000,
  wrongCodesPerAddress: 1_000_000,
  socketsPerWorker: 100_000,
  squattingBudget: false,
}

/** Thrown when settings are wrong: names every wrong one, shows no value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const problems: string[] = []
  const development = env['NODE_ENV'] !== 'production'

  const text = (name: string, fallback?: string): string => {
    const value = env[name] ?? fallback
    if (value === undefined || value === '') problems.push(`${name} is missing`)
    return value ?? ''
  }
  const integer = (name: string, fallback: number, min: number, max: number): number => {
    const raw = env[name]
    if (raw === undefined || raw === '') return fallback
    const value = Number(raw)
    if (!Number.isInteger(value) || value < min || value > max)
      problems.push(`${name} must be an integer from ${min} to ${max}`)
    return value
  }
  const flag = (name: string, fallback: boolean): boolean => {
    const raw = env[name]
    if (raw === undefined || raw === '') return fallback
    if (raw !== 'true' && raw !== 'false') problems.push(`${name} must be true or false`)
    return raw === 'true'
  }
  const choice = <T extends string>(name: string, values: readonly T[], fallback: T): T => {
    const raw = env[name]
    if (raw === undefined || raw === '') return fallback
    const value = values.find((candidate) => candidate === raw)
    if (value === undefined) problems.push(`${name} must be one of ${values.join(', ')}`)
    return value ?? fallback
  }
  const timeZone = (name: string): string => {
    const own = new Intl.DateTimeFormat().resolvedOptions().timeZone
    const value = env[name] ?? ''
    if (value === '') return own
    try {
      return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      problems.push(`${name} must be an IANA time zone such as Europe/Berlin`)
      return own
    }
  }

  const tokenSecret = text('TOKEN_SECRET', development ? 'development-only-token-secret-0123456789' : undefined)
  if (tokenSecret !== '' && tokenSecret.length < 32) problems.push('TOKEN_SECRET must have at least 32 characters')
  const preset = choice('SEATCAST_LIMITS', ['demo', 'production'], development ? 'demo' : 'production')
  const base = preset === 'demo' ? DEMO_LIMITS : PRODUCTION_LIMITS

  if (!development && (env['SANDBOX_PAYMENTS_URL'] ?? '') !== '')
    problems.push('SANDBOX_PAYMENTS_URL is for development: its cards cost nobody anything')

  if (!development && (env['SEATCAST_CRASH_FILE'] ?? '') !== '')
    problems.push('SEATCAST_CRASH_FILE is for tests of development: it kills the process')

  if (!development && (env['SEATCAST_PLANTED_BUG'] ?? '') !== '')
    problems.push('SEATCAST_PLANTED_BUG is for load tests of development: it sells seats wrongly on purpose')

  const config: Config = {
    environment: development ? 'development' : 'production',
    logLevel: choice('LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'silent'], 'info'),
    databaseUrl: text('DATABASE_URL'),
    redisUrl: text('REDIS_URL'),
    databasePatienceMs: integer('DATABASE_PATIENCE_MS', 3_000, 100, 600_000),
    databasePrepares: flag('DATABASE_PREPARES', true),
    host: text('HOST', '0.0.0.0'),
    port: integer('PORT', 3000, 0, 65_535),
    workers: integer('WORKERS', 2, 1, 256),
    workerNumber: integer('WORKER_NUMBER', 0, 0, 256),
    nodeName: text('NODE_NAME', hostname()),
    tokenSecret,
    guestTokenSeconds: integer('GUEST_TOKEN_SECONDS', 86_400, 5, 31_536_000),
    accountTokenSeconds: integer('ACCOUNT_TOKEN_SECONDS', 604_800, 5, 31_536_000),
    timeZone: timeZone('TIME_ZONE'),
    allowedOrigins: (env['ALLOWED_ORIGINS'] ?? '')
      .split(',')
      .map((origin) => origin.trim())
      .filter((origin) => origin !== ''),
    trustProxy: flag('TRUST_PROXY', false),
    partitions: integer('PARTITIONS', 16, 1, 1_024),
    limits: {
      messagesPerSecondPerSocket: integer(
        'MESSAGES_PER_SECOND_PER_SOCKET',
        base.messagesPerSecondPerSocket,
        1,
        1_000_000,
      ),
      holdsPerSecondPerBuyer: integer('HOLDS_PER_SECOND_PER_BUYER', base.holdsPerSecondPerBuyer, 1, 1_000_000),
      socketsPerAddress: integer('SOCKETS_PER_ADDRESS', base.socketsPerAddress, 1, 10_000_000),
      guestsPerMinutePerAddress: integer(
        'GUESTS_PER_MINUTE_PER_ADDRESS',
        base.guestsPerMinutePerAddress,
        1,
        10_000_000,
      ),
      heldSeatsPerAddress: integer('HELD_SEATS_PER_ADDRESS', base.heldSeatsPerAddress, 1, 10_000_000),
      signInsPerAddress: integer('SIGN_INS_PER_ADDRESS', base.signInsPerAddress, 1, 10_000_000),
      signInsPerEmail: integer('SIGN_INS_PER_EMAIL', base.signInsPerEmail, 1, 10_000_000),
      wrongCodesPerBuyer: integer('WRONG_CODES_PER_BUYER', base.wrongCodesPerBuyer, 1, 10_000_000),
      wrongCodesPerAddress: integer('WRONG_CODES_PER_ADDRESS', base.wrongCodesPerAddress, 1, 10_000_000),
      socketsPerWorker: integer('SOCKETS_PER_WORKER', base.socketsPerWorker, 1, 10_000_000),
      squattingBudget: flag('SQUATTING_BUDGET', base.squattingBudget),
    },
    framesPerSecond: integer('FRAMES_PER_SECOND', 50_000, 100, 10_000_000),
    tickMsMin: integer('TICK_MS_MIN', 25, 1, 10_000),
    ringEntries: integer('RING_ENTRIES', 1_024, 1, 1_000_000),
    shutdownDeadlineMs: integer('SHUTDOWN_DEADLINE_MS', 10_000, 100, 600_000),
    drainSpreadMs: integer('DRAIN_SPREAD_MS', 3_000, 0, 600_000),
    schedulerPort: integer('SCHEDULER_PORT', 0, 0, 65_535),
    admissionRequired: flag('ADMISSION_REQUIRED', false),
    walletDemoBalance: integer('WALLET_DEMO_BALANCE', development ? 1_000_000 : 0, 0, 1_000_000_000),
    walletCurrency: text('WALLET_CURRENCY', 'KRW'),
    sandboxPaymentsUrl: (env['SANDBOX_PAYMENTS_URL'] ?? '').replace(/\/+$/, ''),
    sandboxPaymentsSecret: env['SANDBOX_PAYMENTS_SECRET'] ?? `sandbox payments ${tokenSecret}`,
    sandboxPayments: {
      port: integer('SANDBOX_PAYMENTS_PORT', 0, 0, 65_535),
      file: env['SANDBOX_PAYMENTS_FILE'] ?? '',
      answerMs: integer('SANDBOX_ANSWER_MS', 300, 0, 3_600_000),
      slowMs: integer('SANDBOX_SLOW_MS', 6_000, 0, 3_600_000),
      lateMs: integer('SANDBOX_LATE_MS', 3_000, 0, 3_600_000),
      lateMsMax: integer('SANDBOX_LATE_MS_MAX', 90_000, 0, 3_600_000),
      gapMs: integer('SANDBOX_GAP_MS', 500, 1, 3_600_000),
    },
    webhookOrigin: (env['WEBHOOK_ORIGIN'] ?? '').replace(/\/+$/, ''),
    captureTries: integer('CAPTURE_TRIES', 3, 1, 100),
    crashFile: env['SEATCAST_CRASH_FILE'] ?? '',
    plantedBug: choice<PlantedBug | ''>('SEATCAST_PLANTED_BUG', PLANTED_BUGS, ''),
    clientDirectory: env['CLIENT_DIRECTORY'] ?? '',
  }
  if (problems.length > 0) throw new ConfigError(`wrong settings: ${problems.join('; ')}`)
  return Object.freeze(config)
}

/** What the command line needs; each command asks for what it uses. */
export interface CliSettings {
  /** A node's origin. */
  readonly url: string
  /** An organiser's token; undefined: the file has it. */
  readonly token: string | undefined
  /** Written by `npm start`. */
  readonly tokenFile: string
  readonly databaseUrl: string | undefined
  /** Written by `npm start`. */
  readonly databaseUrlFile: string
  readonly tokenSecret: string | undefined
}

export function readCliSettings(env: NodeJS.ProcessEnv = process.env): CliSettings {
  const directory = env['SEATCAST_DIRECTORY'] ?? '.seatcast'
  return Object.freeze({
    url: (env['SEATCAST_URL'] ?? 'http://127.0.0.1:3000').replace(/\/+$/, ''),
    token: env['SEATCAST_TOKEN'],
    tokenFile: join(directory, 'organiser-token'),
    databaseUrl: env['DATABASE_URL'],
    databaseUrlFile: join(directory, 'database-url'),
    tokenSecret: env['TOKEN_SECRET'],
  })
}
