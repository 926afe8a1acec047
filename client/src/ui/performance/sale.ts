import type { SaleStatus } from '@seatcast/shared/protocol/sale.ts'

/** The sale as last told. `opensAtMs`: on the local monotonic clock; null without a time. */
export interface Sale {
  readonly status: SaleStatus
  readonly opensAtMs: number | null
}

export type SalePhase = 'announced' | 'counting' | 'opening' | 'on_sale' | 'paused' | 'closed'

export function saleOf(status: SaleStatus, opensInMs: number | null, nowMs: number): Sale {
  return { status, opensAtMs: opensInMs === null ? null : nowMs + opensInMs }
}

/** What people are shown. `opening`: our count is over, the server's word (F9) is due any moment. */
export function salePhase(sale: Sale, nowMs: number): SalePhase {
  if (sale.status !== 'scheduled') return sale.status
  if (sale.opensAtMs === null) return 'announced'
  return sale.opensAtMs > nowMs ? 'counting' : 'opening'
}

/** Whether to ask for seats at all; the server decides (H10). */
export const MAY_ASK: Record<SalePhase, boolean> = {
  announced: false,
  counting: false,
  opening: true,
  on_sale: true,
  paused: false,
  closed: false,
}
