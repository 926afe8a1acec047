import type { AckOf, Command, RequestOf } from './command.ts'
import type { MapDelta, MapReset, MapStatus } from './delta.ts'
import { GROUP_COMMANDS, type GroupChanged } from './group.ts'
import { holdBest, holdSeats, releaseSeats, swapSeats, type HoldChanged } from './hold.ts'
import type { OrderChanged } from './order.ts'
import type { SaleChanged } from './sale.ts'
import { unwatchMap, watchMap } from './watch.ts'

/** Every command a client may send. */
export const COMMANDS = [watchMap, unwatchMap, holdSeats, holdBest, swapSeats, releaseSeats, ...GROUP_COMMANDS] as const

type AnyCommand = (typeof COMMANDS)[number]
export type CommandEvent = AnyCommand['event']
export type CommandNamed<E extends CommandEvent> = Extract<AnyCommand, { event: E }>
export type RequestNamed<E extends CommandEvent> = RequestOf<CommandNamed<E>>
export type AckNamed<E extends CommandEvent> = AckOf<CommandNamed<E>>

type Listener<C extends Command> = (request: RequestOf<C>, ack: (answer: AckOf<C>) => void) => void

/** Socket.IO's map of what clients send. */
export type ClientToServerEvents = { [E in CommandEvent]: Listener<CommandNamed<E>> }

/** Socket.IO's map of what the server pushes. */
export interface ServerToClientEvents {
  'map:delta': (...delta: [MapDelta]) => void
  'map:reset': (...reset: [MapReset]) => void
  'map:status': (status: MapStatus) => void
  'sale:changed': (sale: SaleChanged) => void
  'hold:changed': (hold: HoldChanged) => void
  'order:changed': (order: OrderChanged) => void
  'group:changed': (group: GroupChanged) => void
}
