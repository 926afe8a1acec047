import { select } from 'd3-selection'
import { zoom, zoomIdentity, type D3ZoomEvent, type ZoomTransform } from 'd3-zoom'
import {
  centredAt,
  clampView,
  easeInOut,
  planPoint,
  scaleLimits,
  viewBetween,
  viewOfBox,
  zoomAround,
  type Box,
  type ScaleLimits,
  type Size,
  type View,
} from './camera.ts'

/** A focus flight, ms. Source: a guess; below 400 it does not hold up the hand. */
const FLIGHT_MS = 360
/** Against d3's default; a wheel notch then zooms by about a quarter. Source: tried with a mouse and a trackpad's steps. */
const WHEEL_SPEED = 1.6

export interface CameraParts {
  readonly canvas: HTMLCanvasElement
  readonly venue: Box
  readonly seatSize: number
  readonly reducedMotion: boolean
  onChange(view: View): void
  /** Whether a double tap there means something else than zooming in; CSS px. */
  keepsDoubleTap(x: number, y: number): boolean
}

/** Drag, wheel, pinch and double tap by d3-zoom; programmed moves with the same bounds. */
export class CameraControl {
  view: View = { k: 1, x: 0, y: 0 }
  size: Size = { width: 1, height: 1 }
  limits: ScaleLimits = { min: 1, max: 1 }
  private readonly parts: CameraParts
  private readonly behavior = zoom<HTMLCanvasElement, unknown>()
  private fitted = true
  private flight = 0

  constructor(parts: CameraParts) {
    this.parts = parts
    const { canvas } = parts
    this.behavior
      .extent(() => [
        [0, 0],
        [this.size.width, this.size.height],
      ])
      .constrain((transform) => toTransform(this.clamped(transform)))
      .wheelDelta((event) => wheelDelta(event) * WHEEL_SPEED)
      .duration(parts.reducedMotion ? 0 : 220)
      .on('start', (event: D3ZoomEvent<HTMLCanvasElement, unknown>) => {
        if (event.sourceEvent) this.land()
      })
      .on('zoom', (event: D3ZoomEvent<HTMLCanvasElement, unknown>) => {
        this.view = { k: event.transform.k, x: event.transform.x, y: event.transform.y }
        if (event.sourceEvent) this.fitted = false
        parts.onChange(this.view)
      })
    const selection = select<HTMLCanvasElement, unknown>(canvas).call(this.behavior)
    const zoomIn = selection.on('dblclick.zoom')
    selection.on('dblclick.zoom', function dblclick(event: MouseEvent | TouchEvent, datum) {
      const at = 'changedTouches' in event ? event.changedTouches[0] : event
      const rect = canvas.getBoundingClientRect()
      if (at && parts.keepsDoubleTap(at.clientX - rect.left, at.clientY - rect.top)) return
      zoomIn?.call(this, event as MouseEvent, datum)
    })
  }

  get flying(): boolean {
    return this.flight !== 0
  }

  /** Follows the host's size; what was in the middle stays there, a venue seen whole stays whole. */
  resize(size: Size): void {
    const [x, y] = planPoint(this.view, this.size.width / 2, this.size.height / 2)
    this.land()
    this.size = size
    this.limits = scaleLimits(this.parts.venue, size, this.parts.seatSize)
    this.behavior.scaleExtent([this.limits.min, this.limits.max])
    if (this.fitted) this.fit(false)
    else this.apply(centredAt(x, y, this.view.k, size))
  }

  fit(animated = true): void {
    this.moveTo(viewOfBox(this.parts.venue, this.size, this.limits), animated)
    this.fitted = true
  }

  moveTo(target: View, animated = true): void {
    this.land()
    this.fitted = false
    const to = this.clamped(target)
    const from = this.view
    if (!animated || this.parts.reducedMotion || same(from, to)) {
      this.apply(to)
      return
    }
    const startMs = performance.now()
    const step = (nowMs: number) => {
      const t = Math.min(Math.max((nowMs - startMs) / FLIGHT_MS, 0), 1)
      this.flight = t < 1 ? requestAnimationFrame(step) : 0
      this.apply(viewBetween(from, to, this.size, easeInOut(t)))
    }
    this.flight = requestAnimationFrame(step)
  }

  zoomBy(factor: number): void {
    this.moveTo(zoomAround(this.view, factor, this.size.width / 2, this.size.height / 2, this.limits))
  }

  panBy(dx: number, dy: number): void {
    this.moveTo({ k: this.view.k, x: this.view.x + dx, y: this.view.y + dy }, false)
  }

  destroy(): void {
    this.land()
    select<HTMLCanvasElement, unknown>(this.parts.canvas).on('.zoom', null)
  }

  /** Stops a flight where it is. */
  private land(): void {
    cancelAnimationFrame(this.flight)
    this.flight = 0
  }

  private apply(view: View): void {
    this.behavior.transform(select<HTMLCanvasElement, unknown>(this.parts.canvas), toTransform(view))
  }

  private clamped({ k, x, y }: View): View {
    return clampView({ k, x, y }, this.parts.venue, this.size, this.limits)
  }
}

const toTransform = ({ k, x, y }: View): ZoomTransform => zoomIdentity.translate(x, y).scale(k)

const same = (a: View, b: View): boolean =>
  Math.abs(a.k - b.k) < 1e-6 * a.k && Math.abs(a.x - b.x) < 0.5 && Math.abs(a.y - b.y) < 0.5

/** As d3-zoom's own: lines and pages in pixels, a trackpad's pinch (ctrl) stronger. */
function wheelDelta(event: WheelEvent): number {
  const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 0.05 : event.deltaMode === 0 ? 0.002 : 1
  return -event.deltaY * unit * (event.ctrlKey ? 6 : 1)
}
