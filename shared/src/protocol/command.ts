import type { Static, TSchema } from 'typebox'
import type { AnyCommandRefusal, RefusalCode } from './refusal.ts'

/** A client's command, declared once: the event's name, both shapes, and the refusals it may meet beside those any may. */
export interface Command<
  Event extends string = string,
  Request extends TSchema = TSchema,
  Reply extends TSchema = TSchema,
  Refusal extends RefusalCode = RefusalCode,
> {
  readonly event: Event
  readonly request: Request
  readonly reply: Reply
  readonly refusals: readonly Refusal[]
}

export function defineCommand<
  const Event extends string,
  Request extends TSchema,
  Reply extends TSchema,
  const Refusal extends RefusalCode,
>(command: Command<Event, Request, Reply, Refusal>): Command<Event, Request, Reply, Refusal> {
  return Object.freeze(command)
}

export type RequestOf<C extends Command> = Static<C['request']>
export type ReplyOf<C extends Command> = Static<C['reply']>

/** A refusal on the wire: a stable code and its facts; no sentence for people. */
export interface Refused<Code extends RefusalCode = RefusalCode> {
  readonly ok: false
  readonly code: Code
  /** With RATE_LIMITED, COOL_DOWN, OVERLOADED, UNAVAILABLE and MAP_RELOADING: ms to wait before asking again. */
  readonly retryInMs?: number
  /** With SEAT_TAKEN: the seats in the way. */
  readonly seats?: readonly number[]
  /** With SEAT_TAKEN: at most 3 lists of seats, same size and zone, nearest first. */
  readonly alternatives?: readonly (readonly number[])[]
  /** With NO_BLOCK: the party over several rows, offered as a split, never called adjacent. */
  readonly split?: readonly (readonly number[])[]
  /** With NO_BLOCK: the map's state in which no fitting block was free (A7, G4). */
  readonly epoch?: number
  readonly revision?: number
  /** With IN_GROUP: the caller's group. */
  readonly groupId?: string
  /** With IN_GROUP of a group's command: that group's performance. */
  readonly performanceId?: string
  /** With LIMIT_EXCEEDED of a group's block: the member who may have no more seats. */
  readonly memberId?: string
  /** With BAD_REQUEST: JSON pointers into the payload and what is wrong there. */
  readonly errors?: readonly { readonly path: string; readonly message: string }[]
  /** In development, on a socket's first ack: which worker answered. */
  readonly node?: string
}

export type Accepted<C extends Command> = { readonly ok: true; readonly node?: string } & ReplyOf<C>

/** What a command's acknowledgement carries. */
export type AckOf<C extends Command> = Accepted<C> | Refused<C['refusals'][number] | AnyCommandRefusal>
