import { CameraControl } from './camera-control.ts'
import { boxOfPoints, grow, planPoint, visibleBox, type Box } from './camera.ts'
import { viewOfSeats, viewOfSection } from './focus.ts'
import { detailAt, reachPx, tapMeans, type Detail, type PointerKind } from './level-of-detail.ts'
import { THEMES, type Theme } from './palette.ts'
import { listenToPointer } from './pointer-input.ts'
import type { Scene } from './scene.ts'
import { createSeatIndex, type SeatIndex } from './seat-index.ts'
import type { SeatMap, SeatMapOptions } from './seat-map-contract.ts'
import { sectionAt } from './section-geometry.ts'
import type { Stage } from './stage.ts'

/** One breath of a pending seat, ms. Source: a guess. */
const PULSE_MS = 900

/** Ties camera, layers and input together; draws at most once an animation frame and only when asked. */
export class SeatMapView implements SeatMap {
  private readonly options: SeatMapOptions
  private readonly stage: Stage
  private readonly scene: Scene
  private readonly index: SeatIndex
  private readonly camera: CameraControl
  private readonly resizing: ResizeObserver
  private readonly stopPointer: () => void
  private theme: Theme
  private filter: ReadonlySet<number> | null = null
  private frame = 0
  private frames = 0
  private lastFrameMs = 0
  private told = { scale: 0, seatsVisible: false }
  private hovered: number | null = null
  private pointerAt: { x: number; y: number } | null = null
  /** Where a section was tapped last, plan units. */
  private tapped: readonly [number, number] | null = null
  private destroyed = false
  private readonly drawn = new Set<() => void>()

  constructor(options: SeatMapOptions, stage: Stage, scene: Scene) {
    this.options = options
    this.stage = stage
    this.scene = scene
    this.theme = THEMES[options.theme ?? 'light']
    this.index = createSeatIndex(options.layout.seats)
    const { canvas } = stage
    canvas.style.cssText += ';display:block;position:absolute;inset:0;touch-action:none;outline:none'
    canvas.setAttribute('aria-hidden', 'true')
    if (getComputedStyle(options.host).position === 'static') options.host.style.position = 'relative'
    options.host.append(canvas)
    this.camera = new CameraControl({
      canvas,
      venue: scene.venue,
      seatSize: options.layout.seatSize,
      reducedMotion: options.reducedMotion ?? false,
      onChange: () => this.requestDraw(),
      keepsDoubleTap: (x, y) => this.seatNear(x, y, 'touch') !== null,
    })
    this.stopPointer = listenToPointer(canvas, {
      tap: (x, y, kind) => this.tap(x, y, kind),
      hover: (at) => {
        this.pointerAt = at
        this.hover()
      },
      ignoresPress: () => this.camera.flying,
    })
    this.resizing = new ResizeObserver(() => this.resize())
    this.resizing.observe(options.host)
    this.resize()
  }

  requestDraw(): void {
    if (this.frame === 0 && !this.destroyed) this.frame = requestAnimationFrame((nowMs) => this.draw(nowMs))
  }

  seatsChanged(changed: readonly number[] | 'all'): void {
    this.scene.seatLayer.changed(changed)
    this.requestDraw()
  }

  setMine(seats: readonly number[]): void {
    this.mark('mine', seats)
  }

  setPending(seats: readonly number[]): void {
    this.mark('pending', seats)
  }

  setHighlight(seats: readonly number[]): void {
    this.mark('highlight', seats)
  }

  setSectionFacts(available: readonly number[], capacity?: readonly number[]): void {
    this.scene.sectionLayer.setFacts(available, capacity)
    this.requestDraw()
  }

  setZoneFilter(zones: ReadonlySet<number> | null): void {
    this.filter = zones
    this.restyle()
  }

  setTheme(theme: 'light' | 'dark'): void {
    this.theme = THEMES[theme]
    this.restyle()
  }

  focusSeats(seats: readonly number[]): void {
    if (seats.length > 0) this.camera.moveTo(viewOfSeats(this.boxOf(seats), this.focusFrame()))
  }

  focusSection(section: number): void {
    const geometry = this.scene.sections[section]
    if (!geometry || !Number.isFinite(geometry.box.minX)) return
    const near = this.tapped && this.sectionUnder(...this.tapped) === section ? this.tapped : null
    this.tapped = null
    this.camera.moveTo(viewOfSection(geometry.box, near, this.focusFrame()))
  }

  fit(): void {
    this.camera.fit()
  }

  zoomBy(factor: number): void {
    this.camera.zoomBy(factor)
  }

  panBy(dx: number, dy: number): void {
    this.camera.panBy(dx, dy)
  }

  seatAt(x: number, y: number): number | null {
    return this.seatNear(x, y, 'mouse')
  }

  placeOf(seat: number): { x: number; y: number } | null {
    const { x, y } = this.options.layout.seats
    const [planX, planY] = [x[seat], y[seat]]
    if (planX === undefined || planY === undefined) return null
    const { view } = this.camera
    return { x: planX * view.k + view.x, y: planY * view.k + view.y }
  }

  scale(): number {
    return this.camera.view.k
  }

  onDrawn(listener: () => void): () => void {
    this.drawn.add(listener)
    return () => this.drawn.delete(listener)
  }

  stats(): ReturnType<SeatMap['stats']> {
    const { visibleSections, drawnSeats } = this.scene.seatLayer
    return { frames: this.frames, lastFrameMs: this.lastFrameMs, visibleSections, drawnSeats }
  }

  destroy(): void {
    if (this.destroyed) return
    this.destroyed = true
    cancelAnimationFrame(this.frame)
    this.resizing.disconnect()
    this.stopPointer()
    this.camera.destroy()
    this.scene.destroy()
    this.stage.destroy()
  }

  private draw(nowMs: number): void {
    this.frame = 0
    if (this.destroyed || this.stage.lost) return
    const startMs = performance.now()
    const { view, size } = this.camera
    const { scene, stage } = this
    const detail = this.detail()
    const visible = visibleBox(view, size)
    const radiusPx = detail.seatPx / 2
    const pulse = this.options.reducedMotion ? 1 : 0.5 + 0.5 * Math.cos((nowMs / PULSE_MS) * Math.PI * 2)
    scene.world.position.set(view.x, view.y)
    scene.world.scale.set(view.k)
    scene.seatShader.set({
      uRadius: this.options.layout.seatSize / 2,
      uRadiusPx: radiusPx * stage.resolution,
      uMarkPx: radiusPx,
      uNumbers: detail.numbers,
      uReach: 0.94,
    })
    scene.sectionLayer.update(view, detail)
    scene.seatLayer.update(visible, detail)
    scene.markLayer.update(radiusPx, stage.resolution, pulse)
    scene.sectionLayer.showLabels(scene.sectionTexts, view, visible, detail)
    const named = scene.sectionLayer.showNames(scene.nameTexts, view, visible, detail)
    scene.rowLayer.show(scene.rowTexts, scene.rowChips, view, visible, detail, this.theme)
    const middle = detail.rows ? this.sectionInMiddle() : null
    scene.caption.show(middle !== null && named.has(middle) ? null : middle, size, this.theme)
    stage.render()
    this.frames++
    this.lastFrameMs = performance.now() - startMs
    for (const listener of this.drawn) listener()
    this.tellView(view.k, detail.seats > 0)
    if (this.pointerAt) this.hover()
    if (scene.markLayer.pulsing && !this.options.reducedMotion) this.requestDraw()
  }

  private tellView(scale: number, seatsVisible: boolean): void {
    if (this.told.scale === scale && this.told.seatsVisible === seatsVisible) return
    this.told = { scale, seatsVisible }
    this.options.onView?.(this.told)
  }

  private tap(x: number, y: number, kind: PointerKind): void {
    const [planX, planY] = planPoint(this.camera.view, x, y)
    if (tapMeans(this.detail().seatPx, kind) === 'seat') {
      const seat = this.seatNear(x, y, kind)
      this.options.onTap(seat === null ? { kind: 'none' } : { kind: 'seat', seat })
      return
    }
    const section = this.sectionUnder(planX, planY, kind)
    this.tapped = section === null ? null : [planX, planY]
    this.options.onTap(section === null ? { kind: 'none' } : { kind: 'section', section })
  }

  private hover(): void {
    const at = this.pointerAt
    const seat = at ? this.seatNear(at.x, at.y, 'mouse') : null
    if (seat === null && this.hovered === null) return
    const { hoverRing } = this.scene
    if (seat !== this.hovered) {
      this.hovered = seat
      hoverRing.visible = seat !== null
      const { x, y } = this.options.layout.seats
      if (seat !== null) hoverRing.position.set(x[seat] ?? 0, y[seat] ?? 0)
      this.stage.canvas.style.cursor = seat === null ? '' : 'pointer'
      this.requestDraw()
    }
    this.options.onHover(seat, at ?? { x: 0, y: 0 })
  }

  private seatNear(x: number, y: number, kind: PointerKind): number | null {
    const { view } = this.camera
    const { seatPx } = this.detail()
    if (tapMeans(seatPx, kind) === 'section') return null
    const [planX, planY] = planPoint(view, x, y)
    return this.index.nearest(planX, planY, reachPx(seatPx, kind) / view.k)
  }

  /** The section in the view's middle; in an aisle that of the nearest seat in view. */
  private sectionInMiddle(): number | null {
    const { view, size } = this.camera
    const [x, y] = planPoint(view, size.width / 2, size.height / 2)
    const section = sectionAt(this.scene.sections, x, y)
    if (section !== null) return section
    const seat = this.index.nearest(x, y, Math.min(size.width, size.height) / 2 / view.k)
    return seat === null ? null : (this.options.layout.seats.section[seat] ?? null)
  }

  /** The section around a point; for a finger also the section of a seat near by. */
  private sectionUnder(x: number, y: number, kind: PointerKind = 'mouse'): number | null {
    const section = sectionAt(this.scene.sections, x, y)
    if (section !== null) return section
    const seat = this.index.nearest(x, y, reachPx(this.detail().seatPx, kind) / this.camera.view.k)
    return seat === null ? null : (this.options.layout.seats.section[seat] ?? null)
  }

  private mark(kind: 'mine' | 'pending' | 'highlight', seats: readonly number[]): void {
    this.scene.markLayer.set(kind, seats)
    this.requestDraw()
  }

  private restyle(): void {
    this.scene.restyle({ theme: this.theme, zoneColors: this.options.zoneColors, filter: this.filter })
    this.requestDraw()
  }

  private resize(): void {
    const { clientWidth, clientHeight } = this.options.host
    const size = { width: Math.max(clientWidth, 1), height: Math.max(clientHeight, 1) }
    this.stage.resize(size)
    this.camera.resize(size)
    // At once: a resized canvas is empty until it is drawn.
    cancelAnimationFrame(this.frame)
    this.draw(performance.now())
  }

  private detail(): Detail {
    return detailAt(this.options.layout.seatSize * this.camera.view.k)
  }

  private focusFrame() {
    const { view, size, limits } = this.camera
    return { view, size, limits, seatSize: this.options.layout.seatSize }
  }

  private boxOf(seats: readonly number[]): Box {
    const { x, y } = this.options.layout.seats
    const points = seats.map((seat) => [x[seat] ?? 0, y[seat] ?? 0] as const)
    return grow(boxOfPoints(points), this.options.layout.seatSize)
  }
}
