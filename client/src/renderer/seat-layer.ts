import type { Layout } from '@seatcast/shared/domain/layout.ts'
import { type Buffer, Container, Mesh, type Geometry, type Shader } from 'pixi.js'
import { overlaps, type Box } from './camera.ts'
import type { Detail } from './level-of-detail.ts'
import { chunkSeats, DirtyRange, type SeatChunk } from './seat-chunks.ts'
import { createSeatGeometry, type SeatGeometry } from './seat-geometry.ts'
import { SMALL_RADIUS_PX, type SeatShader } from './seat-program.ts'
import { SeatFlag, seatRecord, writeRecord } from './seat-record.ts'

export interface SeatLayerParts {
  readonly layout: Layout
  readonly zoneOfSeat: Uint8Array
  /** Live wire statuses. */
  readonly statuses: Uint8Array
  readonly seatShader: SeatShader
  readonly codes: ReadonlyMap<string, number>
  readonly indexes: Buffer
}

/** A chunk's mesh, made when the chunk is first seen. */
interface ChunkMesh {
  readonly geometry: SeatGeometry
  readonly mesh: Mesh<Geometry, Shader>
}

/** All seats with their wire status: one mesh a chunk, made and updated only while it is in view. */
export class SeatLayer {
  readonly container = new Container()
  visibleSections = 0
  drawnSeats = 0
  private readonly parts: SeatLayerParts
  private readonly chunks: readonly SeatChunk[]
  private readonly chunkOfSeat: Uint16Array
  private readonly slotOfSeat: Uint16Array
  private readonly meshes: (ChunkMesh | undefined)[]
  private readonly dirty: DirtyRange[]

  constructor(parts: SeatLayerParts) {
    this.parts = parts
    this.chunks = chunkSeats(parts.layout)
    const seatCount = parts.layout.seats.x.length
    this.chunkOfSeat = new Uint16Array(seatCount)
    this.slotOfSeat = new Uint16Array(seatCount)
    this.chunks.forEach((chunk, index) =>
      chunk.seats.forEach((seat, slot) => {
        this.chunkOfSeat[seat] = index
        this.slotOfSeat[seat] = slot
      }),
    )
    this.meshes = this.chunks.map(() => undefined)
    this.dirty = this.chunks.map(() => new DirtyRange())
  }

  /** Writes the records of seats whose status changed; they are sent when their chunk is drawn. */
  changed(seats: readonly number[] | 'all'): void {
    if (seats === 'all') {
      this.meshes.forEach((made, index) => made && this.writeAll(index, made))
      return
    }
    for (const seat of seats) {
      const index = this.chunkOfSeat[seat]
      // A chunk without a mesh reads all statuses when it is made.
      const made = index === undefined ? undefined : this.meshes[index]
      if (index === undefined || !made) continue
      const slot = this.slotOfSeat[seat] ?? 0
      this.write(made, slot, seat)
      this.dirty[index]?.add(slot)
    }
  }

  /** Shows what is in view and sends what changed there. */
  update(view: Box, detail: Detail): void {
    this.container.visible = detail.seats > 0
    this.container.alpha = detail.seats
    this.drawnSeats = 0
    const sections = new Set<number>()
    const { seatShader } = this.parts
    const shader = detail.seatPx / 2 <= SMALL_RADIUS_PX ? seatShader.small : seatShader.shader
    this.chunks.forEach((chunk, index) => {
      const seen = overlaps(chunk.box, view)
      const made = this.meshes[index]
      if (made) made.mesh.visible = seen && detail.seats > 0
      if (!seen) return
      sections.add(chunk.section)
      if (detail.seats === 0) return
      const drawn = made ?? this.make(index, chunk)
      drawn.mesh.shader = shader
      this.send(index, drawn)
      this.drawnSeats += chunk.seats.length
    })
    this.visibleSections = sections.size
  }

  destroy(): void {
    for (const made of this.meshes) {
      if (!made) continue
      made.mesh.destroy()
      made.geometry.destroy()
    }
    this.container.destroy({ children: true })
  }

  private make(index: number, chunk: SeatChunk): ChunkMesh {
    const { layout, codes, indexes, seatShader } = this.parts
    const geometry = createSeatGeometry(chunk.seats, layout.seats, codes, indexes)
    const mesh = new Mesh<Geometry, Shader>({ geometry: geometry.geometry, shader: seatShader.shader })
    this.container.addChild(mesh)
    const made: ChunkMesh = { geometry, mesh }
    this.meshes[index] = made
    this.writeAll(index, made)
    return made
  }

  private writeAll(index: number, made: ChunkMesh): void {
    const seats = this.chunks[index]?.seats
    if (!seats) return
    for (let slot = 0; slot < seats.length; slot++) this.write(made, slot, seats[slot] ?? 0)
    this.dirty[index]?.addAll(seats.length)
  }

  private write({ geometry }: ChunkMesh, slot: number, seat: number): void {
    const { layout, zoneOfSeat, statuses } = this.parts
    const flags = layout.seats.accessible[seat] === 1 ? SeatFlag.accessible : 0
    writeRecord(geometry.records, slot, seatRecord(statuses[seat] ?? 0, zoneOfSeat[seat] ?? 255, flags))
  }

  private send(index: number, { geometry }: ChunkMesh): void {
    const range = this.dirty[index]?.take()
    if (range) geometry.send(range.start, range.length)
  }
}
