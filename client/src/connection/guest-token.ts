import type { Guest } from '@seatcast/shared/protocol/http.ts'
import { createGuest } from './api.ts'

const STORAGE_KEY = 'seatcast.guest'

/** Who this browser is: a guest that all its tabs share, made on the first visit and again when it is no longer accepted. */
export interface GuestTokens {
  current(): Promise<Guest>
  /** The server did not accept `refused`: take what another tab has got meanwhile, else become a new guest. */
  renew(refused: string): Promise<Guest>
  /** From now on this browser is `identity` (an account); null: forget who it was, the next visit is a new guest's. */
  adopt(identity: Guest | null): void
}

export function guestTokens(): GuestTokens {
  let memory: Guest | null = null
  let asking: Promise<Guest> | null = null

  const create = async (): Promise<Guest> => {
    const known = readStored()
    const fresh = await createGuest()
    // Two tabs opened at once: the one that stored first wins, so that both show one buyer's hold.
    const other = readStored()
    if (other !== null && other.token !== known?.token) return other
    store(fresh)
    return fresh
  }
  const once = async (): Promise<Guest> => {
    asking ??= create()
    try {
      memory = await asking
      return memory
    } finally {
      asking = null
    }
  }
  return {
    async current() {
      memory = readStored() ?? memory
      return memory ?? once()
    },
    async renew(refused) {
      const other = readStored()
      if (other !== null && other.token !== refused) {
        memory = other
        return other
      }
      return once()
    },
    adopt(identity) {
      memory = identity
      store(identity)
    },
  }
}

function readStored(): Guest | null {
  try {
    const text = localStorage.getItem(STORAGE_KEY)
    if (text === null) return null
    const guest = JSON.parse(text) as Partial<Guest>
    return typeof guest.token === 'string' && typeof guest.userId === 'string' ? (guest as Guest) : null
  } catch {
    return null // Unreadable or switched off: as on a first visit.
  }
}

function store(guest: Guest | null): void {
  try {
    if (guest === null) localStorage.removeItem(STORAGE_KEY)
    else localStorage.setItem(STORAGE_KEY, JSON.stringify(guest))
  } catch {
    // Storage is full or switched off: the guest lasts for this page.
  }
}
