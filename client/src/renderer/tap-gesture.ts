import type { PointerKind } from './level-of-detail.ts'

/** A pointer event's part that matters here. `timeMs`: the event's own clock. */
export interface PointerSample {
  readonly id: number
  readonly kind: PointerKind
  readonly x: number
  readonly y: number
  readonly timeMs: number
}

/** How far a pointer may move and still tap, CSS px: a fingertip rolls. Source: Android's touch slop is 8. */
const SLOP_PX: Readonly<Record<PointerKind, number>> = { mouse: 4, pen: 6, touch: 9 }
/** A longer press is not a tap, ms. Source: Android's long press is 500. */
const PRESS_MS_MAX = 700

/** Tells taps from drags and pinches: one pointer, down and up at one place, soon. */
export class TapGesture {
  private start: PointerSample | null = null
  private readonly down = new Set<number>()

  pressed(sample: PointerSample): void {
    this.down.add(sample.id)
    // A second finger makes it a pinch, whichever of them lifts first.
    this.start = this.down.size === 1 ? sample : null
  }

  moved(sample: PointerSample): void {
    const { start } = this
    if (start && start.id === sample.id && distance(start, sample) > SLOP_PX[sample.kind]) this.start = null
  }

  /** Whether this release ends a tap. */
  released(sample: PointerSample): boolean {
    this.moved(sample)
    const { start } = this
    this.down.delete(sample.id)
    this.start = null
    return start !== null && start.id === sample.id && sample.timeMs - start.timeMs <= PRESS_MS_MAX
  }

  /** This press is no tap, however it ends. */
  forget(): void {
    this.start = null
  }

  cancelled(id: number): void {
    this.down.delete(id)
    this.start = null
  }
}

const distance = (a: PointerSample, b: PointerSample): number => Math.hypot(a.x - b.x, a.y - b.y)
