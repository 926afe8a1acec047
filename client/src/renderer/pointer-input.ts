import type { PointerKind } from './level-of-detail.ts'
import { TapGesture, type PointerSample } from './tap-gesture.ts'

export interface PointerHandlers {
  /** CSS px in the canvas. */
  tap(x: number, y: number, kind: PointerKind): void
  /** A mouse or pen that moves without a button; null: it left or drags. */
  hover(at: { x: number; y: number } | null): void
  /** Whether a press now only stops a movement and must not count as a tap. */
  ignoresPress(): boolean
}

/** Listens to a canvas; returns how to stop. d3-zoom listens to mouse and touch events, so neither disturbs the other. */
export function listenToPointer(canvas: HTMLCanvasElement, handlers: PointerHandlers): () => void {
  const gesture = new TapGesture()
  const stop = new AbortController()
  const options = { signal: stop.signal }

  const sample = (event: PointerEvent): PointerSample => {
    const rect = canvas.getBoundingClientRect()
    return {
      id: event.pointerId,
      kind: kindOf(event.pointerType),
      x: event.clientX - rect.left,
      y: event.clientY - rect.top,
      timeMs: event.timeStamp,
    }
  }
  const pressed = (event: PointerEvent) => {
    if (event.button !== 0) return
    gesture.pressed(sample(event))
    if (handlers.ignoresPress()) gesture.forget()
  }
  const moved = (event: PointerEvent) => {
    const at = sample(event)
    gesture.moved(at)
    if (at.kind !== 'touch') handlers.hover(event.buttons === 0 ? { x: at.x, y: at.y } : null)
  }
  const released = (event: PointerEvent) => {
    const at = sample(event)
    if (gesture.released(at)) handlers.tap(at.x, at.y, at.kind)
  }
  canvas.addEventListener('pointerdown', pressed, options)
  canvas.addEventListener('pointermove', moved, options)
  canvas.addEventListener('pointerleave', () => handlers.hover(null), options)
  // A finger's tap is answered on release; the click that browsers make of it afterwards would meet what the answer has
  // just put under the finger (the seat's card and its button).
  canvas.addEventListener(
    'touchend',
    (event) => {
      if (event.cancelable) event.preventDefault()
    },
    { ...options, passive: false, capture: true }, // d3-zoom lets nobody hear it after itself
  )
  // On the window: a drag may end outside of the canvas.
  window.addEventListener('pointerup', released, options)
  window.addEventListener('pointercancel', (event) => gesture.cancelled(event.pointerId), options)
  return () => stop.abort()
}

const kindOf = (type: string): PointerKind => (type === 'touch' || type === 'pen' ? type : 'mouse')
