import type { EncodedPacket } from './watcher.ts'

/** What was written to sockets since the start, by event. Only grows; a packet costs one look-up per slice of sockets. */
export class FrameTotals {
  readonly #byEvent = new Map<string, { frames: number; bytes: number }>()

  add({ event, frame }: EncodedPacket, frames: number): void {
    if (frames === 0) return
    let total = this.#byEvent.get(event)
    if (total === undefined) this.#byEvent.set(event, (total = { frames: 0, bytes: 0 }))
    total.frames += frames
    for (const part of frame) total.bytes += frames * part.length
  }

  entries(): IterableIterator<[event: string, total: { readonly frames: number; readonly bytes: number }]> {
    return this.#byEvent.entries()
  }
}
