import type { Db } from '../database/client.ts'
import { findLayoutDocument } from './venue-repository.ts'

export interface LayoutDocument {
  readonly document: Buffer
  readonly sha256: Buffer
}

/** Packed layouts one worker keeps, bytes. Source: the demo stadium takes 0.32 MB packed. At the limit the oldest goes. */
const CACHE_BYTES_MAX = 64 * 1_048_576

/** Layouts as they are served. They never change (V3), so a herd at the opening costs one query a worker. */
export function layoutCache(db: Db, bytesMax = CACHE_BYTES_MAX) {
  /** In the order of reading; a promise, so that a herd shares one query. */
  const kept = new Map<string, Promise<LayoutDocument | undefined>>()
  const sizes = new Map<string, number>()

  const forget = (key: string) => {
    kept.delete(key)
    sizes.delete(key)
  }
  const read = async (key: string, venueId: string, version: number) => {
    try {
      const found = await findLayoutDocument(db, venueId, version)
      if (found === undefined) forget(key)
      else sizes.set(key, found.document.length)
      return found
    } catch (error) {
      forget(key)
      throw error
    }
  }
  const shrink = () => {
    let total = [...sizes.values()].reduce((sum, size) => sum + size, 0)
    for (const [key, size] of sizes) {
      if (total <= bytesMax) return
      forget(key)
      total -= size
    }
  }

  return {
    async find(venueId: string, version: number): Promise<LayoutDocument | undefined> {
      const key = `${venueId}/${version}`
      const known = kept.get(key)
      if (known !== undefined) return await known
      const reading = read(key, venueId, version)
      kept.set(key, reading)
      const found = await reading
      shrink()
      return found
    },
  }
}
