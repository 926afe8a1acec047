import type { OrderChanged } from '@seatcast/shared/protocol/order.ts'
import { openLink } from '../../connection/socket.ts'
import { visitor } from '../../connection/visitor.ts'

/** The pushes of a page without a map. */
export interface OrderHints {
  onChanged(listener: (changed: OrderChanged) => void): () => void
  close(): void
}

/** `onLinked`: connected, for the first time or again; what was pushed before is missed. */
export function openOrderHints(onLinked: () => void): OrderHints {
  const listeners = new Set<(changed: OrderChanged) => void>()
  const link = openLink(visitor, {
    onLink(event) {
      if (event === 'linked') onLinked()
    },
    onNewGuest: onLinked,
  })
  link.on('order:changed', (changed) => {
    for (const listener of listeners) listener(changed)
  })
  return {
    onChanged(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => link.close(),
  }
}
