import type { AckOf, Command, Refused, RequestOf } from '@seatcast/shared/protocol/command.ts'
import type { RefusalCode } from '@seatcast/shared/protocol/refusal.ts'
import type { Logger } from 'pino'
import { Compile } from 'typebox/compile'
import type { SeatcastSocket } from './server.ts'
import { inRequest, requestIdFrom } from '../observability/request-id.ts'
import { TokenBucket } from './token-bucket.ts'
import { WorkCount } from './work-count.ts'

/** Who sends a command: facts of the handshake, never of the payload (design, rule 5). */
export type Caller = Pick<SeatcastSocket, 'id' | 'data' | 'conn' | 'connected' | 'once'>

/** A command bound to its function, its check compiled. */
export interface CommandHandler {
  readonly event: string
  check(payload: unknown): Refused<'BAD_REQUEST'> | null
  run(caller: Caller, request: unknown): Promise<Answer> | Answer
}

/** An acknowledgement of any command. */
export type Answer = ({ readonly ok: true; readonly node?: string } & object) | Refused

/** The caller's request is checked before `run` sees it; what `run` returns is the one answer. */
export function commandHandler<C extends Command>(
  command: C,
  run: (caller: Caller, request: RequestOf<C>) => Promise<AckOf<C>> | AckOf<C>,
): CommandHandler {
  const validator = Compile(command.request)
  return {
    event: command.event,
    check(payload) {
      if (validator.Check(payload)) return null
      const errors = validator
        .Errors(payload)
        .slice(0, ERRORS_MAX)
        .map(({ instancePath, message }) => ({ path: instancePath, message }))
      return { ok: false, code: 'BAD_REQUEST', errors }
    },
    // The check above is what makes this assertion true.
    run: (caller, request) => run(caller, request as RequestOf<C>),
  }
}

/** `{ok: true, …}` for a command. */
export const accept = <Reply extends object>(reply: Reply): { readonly ok: true } & Reply => ({ ok: true, ...reply })

/** `{ok: false, code, …}` for a command. */
export const refuse = <Code extends RefusalCode>(
  code: Code,
  facts: Omit<Refused<Code>, 'ok' | 'code'> = {},
): Refused<Code> => ({ ok: false, code, ...facts })

export interface CommandRules {
  readonly messagesPerSecond: number
  readonly log: Logger
  /** In development: which worker answers; goes with a socket's first ack and with every map:watch. */
  readonly node?: string
  /** Told of every answer, for metrics. */
  readonly answered?: (event: string, code: 'OK' | RefusalCode, elapsedMs: number) => void
  readonly now?: () => number
}

/** Problems named in one BAD_REQUEST. Source: a guess; enough to see what is wrong with a form. */
const ERRORS_MAX = 5
/** Commands of one socket that may be under way at once; more are refused. Source: a guess, far above any user's. */
const UNDER_WAY_MAX = 256
/** When to ask again after a fault, ms. Source: a guess: Redis restarts within a few seconds. */
const RETRY_AFTER_FAULT_MS = 1_000
/** The same fault is logged again after this, ms. Source: a guess. */
const SAME_FAULT_MS = 1_000
/** The event whose every ack names the node in development. */
const NODE_NAMING_EVENT = 'map:watch'

/** The one way in: rate, check, run, answer exactly once. Counts what is under way, so that a drain can wait for it. */
export class CommandGate {
  readonly #handlers: ReadonlyMap<string, CommandHandler>
  readonly #rules: CommandRules
  readonly #now: () => number
  readonly #all = new WorkCount()
  readonly #bySocket = new Map<string, WorkCount>()
  #reported = { message: '', atMs: -Infinity, unlogged: 0 }

  constructor(handlers: readonly CommandHandler[], rules: CommandRules) {
    this.#handlers = new Map(handlers.map((handler) => [handler.event, handler]))
    this.#rules = rules
    this.#now = rules.now ?? Date.now
  }

  /** From now on every event of this socket comes through here, known or not. */
  attach(socket: Caller & Pick<SeatcastSocket, 'onAny'>): void {
    const bucket = new TokenBucket(this.#rules.messagesPerSecond, this.#now())
    const own = new WorkCount()
    this.#bySocket.set(socket.id, own)
    socket.once('disconnect', () => void this.#bySocket.delete(socket.id))
    let nodeNamed = false
    socket.onAny((event: unknown, ...parameters: unknown[]) => {
      const last = parameters.at(-1)
      const ack = typeof last === 'function' ? (last as (answer: Answer) => void) : undefined
      const name = typeof event === 'string' ? event : ''
      const startedMs = this.#now()
      const answer = (value: Answer) => {
        const { answered, node } = this.#rules
        answered?.(this.#handlers.has(name) ? name : 'unknown', value.ok ? 'OK' : value.code, this.#now() - startedMs)
        if (ack === undefined) return
        const naming = node !== undefined && (!nodeNamed || name === NODE_NAMING_EVENT)
        nodeNamed = true
        ack(naming ? { ...value, node } : value)
      }
      const retryInMs = bucket.take(startedMs)
      if (retryInMs > 0) return answer(refuse('RATE_LIMITED', { retryInMs }))
      if (own.underWay >= UNDER_WAY_MAX) return answer(refuse('RATE_LIMITED', { retryInMs: RETRY_AFTER_FAULT_MS }))
      const handler = this.#handlers.get(name)
      if (handler === undefined) return answer(badRequest('', 'unknown event'))
      if (parameters.length > (ack ? 2 : 1)) return answer(badRequest('', 'more than one argument'))
      const request = ack !== undefined && parameters.length === 1 ? undefined : parameters[0]
      own.begin()
      this.#all.begin()
      void inRequest(requestIdFrom(idIn(request)), () => this.#run(handler, socket, request)).then((value) => {
        answer(value)
        own.end()
        this.#all.end()
        return undefined
      })
    })
  }

  /** Resolves when no command is under way: of this socket, or of any. */
  idle(socketId?: string): Promise<void> {
    return (socketId === undefined ? this.#all : (this.#bySocket.get(socketId) ?? NO_WORK)).idle()
  }

  /** Never rejects: a fault is logged here and answered as UNAVAILABLE. */
  async #run(handler: CommandHandler, socket: Caller, request: unknown): Promise<Answer> {
    try {
      return handler.check(request) ?? (await handler.run(socket, request))
    } catch (fault) {
      this.#report(fault, { event: handler.event, socketId: socket.id, userId: socket.data.userId })
      return refuse('UNAVAILABLE', { retryInMs: RETRY_AFTER_FAULT_MS })
    }
  }

  /** While a store is away every command fails alike: one line a second, with the number of those like it. */
  #report(fault: unknown, ids: object): void {
    const message = fault instanceof Error ? fault.message : String(fault)
    const nowMs = this.#now()
    const before = this.#reported
    if (message === before.message && nowMs - before.atMs < SAME_FAULT_MS) {
      before.unlogged += 1
      return
    }
    this.#reported = { message, atMs: nowMs, unlogged: 0 }
    this.#rules.log.error({ err: fault, ...ids, unloggedBefore: before.unlogged }, 'command failed')
  }
}

const NO_WORK = new WorkCount()

const idIn = (request: unknown): unknown =>
  typeof request === 'object' && request !== null && 'requestId' in request ? request.requestId : undefined

const badRequest = (path: string, message: string) => refuse('BAD_REQUEST', { errors: [{ path, message }] })
