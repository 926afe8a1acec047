import { type Static, Type } from 'typebox'

/** A performance's sale: scheduled until its opening, then on sale; an organiser pauses, resumes and closes it. */
export const SaleStatus = Type.Union([
  Type.Literal('scheduled'),
  Type.Literal('on_sale'),
  Type.Literal('paused'),
  Type.Literal('closed'),
])
export type SaleStatus = Static<typeof SaleStatus>

/** Pushed to a performance's watchers when the sale opens, pauses or closes. `opensInMs` is 0 unless scheduled with a time; null: no time set. */
export interface SaleChanged {
  readonly performanceId: string
  readonly status: SaleStatus
  readonly opensInMs: number | null
}
