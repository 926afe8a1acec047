import type { SeatColumns } from '@seatcast/shared/domain/layout.ts'
import { Buffer, BufferUsage, Geometry } from 'pixi.js'
import { packGlyphs } from './glyph-atlas.ts'
import { VERTICES_PER_SEAT } from './seat-record.ts'

/** Bytes of a vertex that never change: x, y (float), four glyph codes. */
const PLACE_BYTES = 12
const WORDS_PER_VERTEX = PLACE_BYTES / 4

/** The geometry of some seats and the CPU side of their records. */
export interface SeatGeometry {
  readonly geometry: Geometry
  readonly records: Uint32Array
  /** Sends records of `length` seats from slot `start` to the GPU with the next draw. A second call replaces the first. */
  send(start: number, length: number): void
  destroy(): void
}

/** `indexes`: two triangles a seat, shared by all geometries with at most as many seats. */
export function createSeatGeometry(
  seats: ArrayLike<number>,
  columns: SeatColumns,
  codes: ReadonlyMap<string, number>,
  indexes: Buffer,
): SeatGeometry {
  const places = placesOf(seats, columns, codes)
  const records = new Uint32Array(seats.length * VERTICES_PER_SEAT)
  const placeBuffer = new Buffer({ data: places, usage: BufferUsage.VERTEX | BufferUsage.STATIC })
  const recordBuffer = new Buffer({ data: records, usage: BufferUsage.VERTEX | BufferUsage.COPY_DST })
  const geometry = new Geometry({
    attributes: {
      aPosition: { buffer: placeBuffer, format: 'float32x2', stride: PLACE_BYTES, offset: 0 },
      aGlyphs: { buffer: placeBuffer, format: 'uint8x4', stride: PLACE_BYTES, offset: 8 },
      aRecord: { buffer: recordBuffer, format: 'uint8x4', stride: 4, offset: 0 },
    },
    indexBuffer: indexes,
    indexCount: seats.length * 6,
  })
  return {
    geometry,
    records,
    send: (start, length) => {
      const bytes = 4 * VERTICES_PER_SEAT
      recordBuffer.update(length * bytes, start * bytes)
    },
    destroy: () => {
      geometry.destroy()
      placeBuffer.destroy()
      recordBuffer.destroy()
    },
  }
}

function placesOf(seats: ArrayLike<number>, columns: SeatColumns, codes: ReadonlyMap<string, number>): Float32Array {
  const floats = new Float32Array(seats.length * VERTICES_PER_SEAT * WORDS_PER_VERTEX)
  const words = new Uint32Array(floats.buffer)
  let at = 0
  for (let slot = 0; slot < seats.length; slot++) {
    const seat = seats[slot] ?? 0
    const x = columns.x[seat] ?? 0
    const y = columns.y[seat] ?? 0
    const glyphs = packGlyphs(columns.number[seat] ?? '', codes)
    for (let vertex = 0; vertex < VERTICES_PER_SEAT; vertex++) {
      floats[at++] = x
      floats[at++] = y
      words[at++] = glyphs
    }
  }
  return floats
}

/** Indexes of `seatCount` quads; 16 bit. */
export function createQuadIndexes(seatCount: number): Buffer {
  const data = new Uint16Array(seatCount * 6)
  for (let seat = 0; seat < seatCount; seat++) {
    const vertex = seat * VERTICES_PER_SEAT
    data.set([vertex, vertex + 1, vertex + 2, vertex, vertex + 2, vertex + 3], seat * 6)
  }
  return new Buffer({ data, usage: BufferUsage.INDEX | BufferUsage.STATIC })
}
