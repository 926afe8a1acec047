/** A performance's sale. Same words as SaleStatus on the wire. */
export type SaleState = 'scheduled' | 'on_sale' | 'paused' | 'closed'

/**
 * What an organiser may turn a sale into. `same`: nothing to do, and fine. The clock also turns `scheduled` into
 * `on_sale` at the opening time. A closed sale stays closed. Source: design, sections 1 and 6.
 */
export const SALE_TRANSITIONS: Readonly<
  Record<SaleState, Readonly<Record<SaleState, 'allowed' | 'same' | 'refused'>>>
> = {
  scheduled: { scheduled: 'same', on_sale: 'allowed', paused: 'refused', closed: 'allowed' },
  on_sale: { scheduled: 'refused', on_sale: 'same', paused: 'allowed', closed: 'allowed' },
  paused: { scheduled: 'refused', on_sale: 'allowed', paused: 'same', closed: 'allowed' },
  closed: { scheduled: 'refused', on_sale: 'refused', paused: 'refused', closed: 'same' },
}
