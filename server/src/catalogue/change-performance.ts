import type { SeatIndex } from '@seatcast/shared/domain/ids.ts'
import { SALE_TRANSITIONS } from '@seatcast/shared/domain/sale-state.ts'
import type { PerformanceChange } from '@seatcast/shared/protocol/organiser.ts'
import type { Db } from '../database/client.ts'
import { badRequest, RefusalError } from '../http/refusal.ts'
import { findPerformance, findPerformanceView, setBlockedSeats, updateSale } from './catalogue-repository.ts'
import { momentOf } from './check-performance.ts'
import { seatsInNoZone } from './epoch-store.ts'
import type { Changed, LiveCatalogue, SaleChange } from './live-catalogue.ts'
import type { Performance } from './performance.ts'
import type { PerformanceView } from './performance-row.ts'
import type { PathError } from './price-zones.ts'

/** A performance as a change left it. */
export interface ChangedView {
  readonly view: PerformanceView
  readonly changed: Changed
}

/**
 * An organiser's change of a sale, of seats or of both: all of it or nothing. Everything is checked first; then PostgreSQL is
 * changed, then Redis in one step, and the transaction commits only if Redis agreed. Throws a RefusalError, which rolls back.
 */
export async function changePerformance(
  db: Db,
  live: LiveCatalogue,
  id: string,
  change: PerformanceChange,
): Promise<ChangedView> {
  const performance = await findPerformance(db, id)
  if (performance === undefined) throw new RefusalError('NOT_FOUND')
  const namesSeats = change.block !== undefined || change.unblock !== undefined
  const unsold = new Set(namesSeats ? await seatsInNoZone(db, performance) : [])
  const errors = [...saleErrors(performance, change), ...seatErrors(performance, change, unsold)]
  if (errors.length > 0) throw badRequest(errors)
  await live.prepare?.(performance)

  // Unsold seats are blocked already, in Redis and in every rebuild.
  const seats = { block: (change.block ?? []).filter((seat) => !unsold.has(seat)), unblock: change.unblock ?? [] }
  try {
    return await changeBoth(db, live, id, change, seats)
  } catch (fault) {
    // Redis may have the change and PostgreSQL not. Fails where a store is away: then the scheduler does it (reconcile).
    if (!(fault instanceof RefusalError)) await live.repair?.(performance).catch(() => undefined)
    throw fault
  }
}

function changeBoth(
  db: Db,
  live: LiveCatalogue,
  id: string,
  change: PerformanceChange,
  seats: { readonly block: readonly SeatIndex[]; readonly unblock: readonly SeatIndex[] },
): Promise<ChangedView> {
  return db.transaction().execute(async (trx) => {
    const performance = await lockedPerformance(trx, id)
    const errors = saleErrors(performance, change) // somebody else may have been faster
    if (errors.length > 0) throw badRequest(errors)
    const sale = saleAfter(performance, change)
    await setBlockedSeats(trx, id, seats)
    if (sale !== undefined) await updateSale(trx, id, sale)
    const view = await findPerformanceView(trx, id)
    if (view === undefined) throw new Error(`performance ${id} vanished while its row was locked`)
    const answer = await live.change(performance, { ...seats, ...(sale && { sale }) })
    if (!answer.ok) throw new RefusalError(answer.code, answer.seats === undefined ? {} : { seats: answer.seats })
    const { epoch, revision, availableCount } = answer
    return { view, changed: { epoch, revision, availableCount } }
  })
}

/** Undefined: the change leaves the sale alone, whatever Redis's clock made of it. */
function saleAfter({ status, onSaleAt }: Performance, change: PerformanceChange): SaleChange | undefined {
  if (change.status === undefined && change.onSaleAt === undefined) return undefined
  return {
    status: change.status ?? status,
    onSaleAt: change.onSaleAt === undefined ? onSaleAt : dateOf(change.onSaleAt),
  }
}

/** Holds the row to the transaction's end: epochs and other changes wait. */
async function lockedPerformance(trx: Db, id: string): Promise<Performance> {
  const performance = await findPerformance(trx, id, 'lock')
  if (performance === undefined) throw new RefusalError('NOT_FOUND')
  return performance
}

function saleErrors(performance: Performance, change: PerformanceChange): PathError[] {
  const errors: PathError[] = []
  const { status: from } = performance
  const to = change.status ?? from
  if (SALE_TRANSITIONS[from][to] === 'refused') {
    errors.push({ path: '/status', message: `a sale that is ${from} cannot become ${to}` })
  }
  if (change.onSaleAt !== undefined) {
    if (change.onSaleAt !== null) momentOf(change.onSaleAt, '/onSaleAt', errors)
    if (to !== 'scheduled') {
      errors.push({ path: '/onSaleAt', message: `only a scheduled sale has an opening to move; this is ${to}` })
    }
  }
  return errors
}

function seatErrors(performance: Performance, change: PerformanceChange, unsold: ReadonlySet<SeatIndex>): PathError[] {
  const errors: PathError[] = []
  const named = new Set<SeatIndex>()
  for (const list of ['block', 'unblock'] as const) {
    for (const [at, seat] of (change[list] ?? []).entries()) {
      const path = `/${list}/${at}`
      if (seat >= performance.seatCount) {
        errors.push({ path, message: `the layout has ${performance.seatCount} seats` })
      } else if (named.has(seat)) errors.push({ path, message: 'the seat is named twice' })
      else if (list === 'unblock' && unsold.has(seat)) {
        errors.push({ path, message: 'the category of this seat is in no price zone' })
      }
      named.add(seat)
      if (errors.length >= ERRORS_MAX) return errors
    }
  }
  return errors
}

/** Errors one answer lists. Source: http/validation.ts */
const ERRORS_MAX = 200

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text))
