import { requestKey } from './socket.ts'

const STORAGE_KEY = 'seatcast.requests'
/** Keys kept; beyond, the oldest goes. Source: a guess far above the orders of one person in a day. */
export const KEYS_MAX = 60

/** Where keys are kept: the browser's storage, which all tabs share. */
export type KeyShelf = Pick<Storage, 'getItem' | 'setItem'>

/**
 * The Idempotency-Key of an intent ("pay order X by wallet, second try"): the same over retries, reloads and tabs, so
 * that it has one effect. `intent` must say everything that the body says: a key never goes with two bodies.
 */
export interface RequestKeys {
  keyOf(intent: string): string
  /** The intent is done with: the same wish later is a new one. */
  forget(intent: string): void
}

export function requestKeys(shelf: () => KeyShelf, makeKey: () => string = requestKey): RequestKeys {
  /** Without storage (switched off, full) a key lasts for this page. */
  let memory: readonly (readonly [string, string])[] = []

  const read = (): readonly (readonly [string, string])[] => {
    try {
      const text = shelf().getItem(STORAGE_KEY)
      const kept: unknown = text === null ? null : JSON.parse(text)
      if (Array.isArray(kept) && kept.every(isEntry)) return kept
    } catch {
      // Unreadable: as if nothing was kept.
    }
    return memory
  }
  const write = (entries: readonly (readonly [string, string])[]): void => {
    memory = entries.slice(-KEYS_MAX)
    try {
      shelf().setItem(STORAGE_KEY, JSON.stringify(memory))
    } catch {
      // Full or switched off: `memory` has it.
    }
  }
  return {
    keyOf(intent) {
      const entries = read()
      const known = entries.find(([name]) => name === intent)
      if (known !== undefined) return known[1]
      const key = makeKey()
      write([...entries, [intent, key]])
      return key
    },
    forget(intent) {
      write(read().filter(([name]) => name !== intent))
    },
  }
}

function isEntry(entry: unknown): entry is readonly [string, string] {
  return Array.isArray(entry) && typeof entry[0] === 'string' && typeof entry[1] === 'string'
}
