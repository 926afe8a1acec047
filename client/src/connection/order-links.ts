const STORAGE_KEY = 'seatcast.orders'
/** Secrets kept; beyond, the oldest goes. Source: a guess far above the orders of one person. */
const LINKS_MAX = 200

/** Keeps the secret of an order's link in this browser: told once, when the order is placed, or in a link that was opened. */
export function keepOrderKey(orderId: string, key: string): void {
  const kept = read().filter(([id]) => id !== orderId)
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify([...kept, [orderId, key]].slice(-LINKS_MAX)))
  } catch {
    // Storage is full or switched off: the link is on the order's page as long as that is open.
  }
}

/** The secret of an order's link; null when this browser does not have it. */
export function orderKey(orderId: string): string | null {
  return read().find(([id]) => id === orderId)?.[1] ?? null
}

function read(): readonly (readonly [string, string])[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '[]')
    return Array.isArray(kept) ? (kept as [string, string][]) : []
  } catch {
    return []
  }
}
