import type { Layout } from '@seatcast/shared/domain/layout.ts'
import { Container, Mesh, type Buffer, type Geometry, type Shader } from 'pixi.js'
import { CHUNK_SEATS_MAX } from './seat-chunks.ts'
import { createSeatGeometry, type SeatGeometry } from './seat-geometry.ts'
import type { SeatShader } from './seat-program.ts'
import { markOf, SeatFlag, seatRecord, writeRecord } from './seat-record.ts'

/** A mark is never smaller than this, so that own seats are found from afar, CSS px of radius. Source: screenshots. */
const MARK_RADIUS_PX_MIN = 5

/** Seats of mine, pending and highlighted: a small mesh above all others, shown at every scale. */
export class MarkLayer {
  readonly container = new Container()
  private readonly layout: Layout
  private readonly seatShader: SeatShader
  private readonly indexes: Buffer
  private mine: readonly number[] = []
  private pending: readonly number[] = []
  private highlight: readonly number[] = []
  private stale = false
  private geometry: SeatGeometry | null = null
  private mesh: Mesh<Geometry, Shader> | null = null

  constructor(layout: Layout, seatShader: SeatShader, indexes: Buffer) {
    this.layout = layout
    this.seatShader = seatShader
    this.indexes = indexes
  }

  get pulsing(): boolean {
    return this.pending.length > 0
  }

  set(kind: 'mine' | 'pending' | 'highlight', seats: readonly number[]): void {
    this[kind] = seats.slice(0, CHUNK_SEATS_MAX)
    this.stale = true
  }

  /** `radiusPx`: a seat's radius in CSS px at this scale. */
  update(radiusPx: number, resolution: number, pulse: number): void {
    if (this.stale) this.rebuild()
    const shownPx = Math.max(radiusPx, MARK_RADIUS_PX_MIN)
    this.seatShader.set({
      uRadius: (this.layout.seatSize / 2) * (shownPx / radiusPx),
      uRadiusPx: shownPx * resolution,
      uMarkPx: shownPx,
      uReach: 1.4,
      uPulse: pulse,
    })
  }

  destroy(): void {
    this.clear()
    this.container.destroy({ children: true })
  }

  private rebuild(): void {
    this.stale = false
    this.clear()
    const mine = new Set(this.mine)
    const pending = new Set(this.pending)
    const highlight = new Set(this.highlight)
    // Drawn in this order: a mark of mine lies above its neighbour's outline.
    const seats = [...new Set([...highlight, ...pending, ...mine])].slice(0, CHUNK_SEATS_MAX)
    if (seats.length === 0) return
    const geometry = createSeatGeometry(seats, this.layout.seats, new Map(), this.indexes)
    seats.forEach((seat, slot) => {
      const flags =
        (highlight.has(seat) ? SeatFlag.highlight : 0) |
        (this.layout.seats.accessible[seat] === 1 ? SeatFlag.accessible : 0)
      writeRecord(geometry.records, slot, seatRecord(markOf(mine.has(seat), pending.has(seat)), 255, flags))
    })
    this.geometry = geometry
    this.mesh = new Mesh<Geometry, Shader>({ geometry: geometry.geometry, shader: this.seatShader.shader })
    this.container.addChild(this.mesh)
  }

  private clear(): void {
    this.mesh?.destroy()
    this.geometry?.destroy()
    this.mesh = null
    this.geometry = null
  }
}
