import type { ShareState } from '@seatcast/shared/protocol/group.ts'
import type { OrderId, PerformanceId, SeatIndex, UserId } from '@seatcast/shared/domain/ids.ts'
import type { Refused } from '@seatcast/shared/protocol/command.ts'
import type { SaleStatus } from '@seatcast/shared/protocol/sale.ts'
import type { RefusalCode } from '@seatcast/shared/protocol/refusal.ts'
import type { Performance } from '../catalogue/performance.ts'
import type { Db } from '../database/client.ts'
import type { ChoosableMap } from '../seats/seat-choice.ts'
import type { MapTarget } from '../seats/map-commands.ts'
import type { StoredGroup } from './group-repository.ts'

/** A live map as groups need it. The feed's LiveMapView is one. */
export interface GroupMap extends ChoosableMap {
  readonly performance: Performance
  readonly target: MapTarget
  /** By Redis's clock; `performance` is as it was when the map was opened. */
  readonly saleStatus: SaleStatus
  readonly mirror: ChoosableMap['mirror'] & { readonly position: { readonly epoch: number; readonly revision: number } }
}

/** Who asks: facts of the handshake. */
export interface GroupCaller {
  readonly userId: UserId
  /** Tells addresses apart, names none. */
  readonly addressHash: string
  /** The performance that the waiting room let them into; null: none. */
  readonly admission: PerformanceId | null
}

/** The performance's live map, or why there is none now. */
export type OpenGroupMap = (performanceId: PerformanceId) => Promise<GroupMap | Refused<'NOT_FOUND' | 'MAP_RELOADING'>>

/** What a group's orders say; undefined: it does not pay and never did, or gave up. */
export interface GroupMoney {
  look(db: Db, group: StoredGroup): Promise<GroupPayment | undefined>
}

export interface GroupPayment {
  /** All seats of the round's orders, ascending. */
  readonly seats: readonly SeatIndex[]
  /** Until all must have paid; 0 when nothing is waited for. */
  readonly expiresInMs: number
  /** Minor units: of all orders, and what is not yet secured. */
  readonly amount: number
  readonly missing: number
  readonly currency: string
  /** ms until the host may pay what is missing; null: never under this rule. */
  readonly hostMayCoverInMs: number | null
  /** By whose they are. */
  readonly orders: ReadonlyMap<UserId, MemberOrder>
}

export interface MemberOrder {
  readonly orderId: OrderId
  readonly seats: readonly SeatIndex[]
  readonly share: ShareState
  /** Minor units. */
  readonly amount: number
}

/** An expected "no" to a command of a group. Thrown, so that the transaction that it ends leaves nothing. */
export class GroupRefusal extends Error {
  override readonly name = 'GroupRefusal'
  readonly refused: Refused

  constructor(code: RefusalCode, facts: Omit<Refused, 'ok' | 'code'> = {}) {
    super(code)
    this.refused = { ok: false, code, ...facts }
  }
}

/** Whether the performance has begun: nobody gathers for it any more. */
export const hasBegun = ({ performance }: GroupMap): boolean => performance.startsAt.getTime() <= Date.now()

/** What is wrong with a request. */
export const badRequest = (path: string, message: string): GroupRefusal =>
  new GroupRefusal('BAD_REQUEST', { errors: [{ path, message }] })

/** A group that is being paid for: how soon it is worth asking again, ms. Source: a guess: a payment takes seconds. */
const BUSY_RETRY_MS = 5_000

export const groupBusy = (): GroupRefusal => new GroupRefusal('GROUP_BUSY', { retryInMs: BUSY_RETRY_MS })

/** Opens the map, or ends the command. */
export async function openOrRefuse(open: OpenGroupMap, performanceId: PerformanceId): Promise<GroupMap> {
  const map = await open(performanceId)
  if ('code' in map) throw new GroupRefusal(map.code, map.retryInMs === undefined ? {} : { retryInMs: map.retryInMs })
  return map
}
