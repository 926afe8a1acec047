import type { Hall } from './hall.ts'

/** Where one stands in the hall, seat widths. */
export interface Standpoint {
  readonly x: number
  readonly y: number
}

/**
 * The runs that fit one by one, those nearest to the point first and among equals the lower number; -1: there are no more.
 * A heap: a search ends after a few dozen of thousands. Cost: O(runs) for the first, O(log runs) for each that is taken.
 */
export function nearestRuns(hall: Hall, near: Standpoint, fits: (run: number) => boolean): () => number {
  const distance = new Float64Array(hall.runBest.length)
  const heap = new Int32Array(hall.runBest.length)
  let left = 0
  for (let run = 0; run < distance.length; run += 1) {
    if (!fits(run)) continue
    distance[run] = distanceToRun(hall, run, near)
    heap[left] = run
    left += 1
  }

  const isNearer = (a: number, b: number): boolean => {
    const difference = (distance[a] ?? 0) - (distance[b] ?? 0)
    return difference < 0 || (difference === 0 && a < b)
  }
  const sink = (from: number): void => {
    const run = heap[from] ?? 0
    let place = from
    for (let child = 2 * place + 1; child < left; child = 2 * place + 1) {
      if (child + 1 < left && isNearer(heap[child + 1] ?? 0, heap[child] ?? 0)) child += 1
      if (!isNearer(heap[child] ?? 0, run)) break
      heap[place] = heap[child] ?? 0
      place = child
    }
    heap[place] = run
  }

  for (let place = (left >> 1) - 1; place >= 0; place -= 1) sink(place)
  return () => {
    if (left === 0) return -1
    const nearest = heap[0] ?? 0
    left -= 1
    heap[0] = heap[left] ?? 0
    sink(0)
    return nearest
  }
}

/** From the point to the run's bounding box, seat widths: 0 inside. No seat of the run is nearer. */
export function distanceToRun({ runBox }: Hall, run: number, near: Standpoint): number {
  const at = run * 4
  const dx = Math.max((runBox[at] ?? 0) - near.x, 0, near.x - (runBox[at + 2] ?? 0))
  const dy = Math.max((runBox[at + 1] ?? 0) - near.y, 0, near.y - (runBox[at + 3] ?? 0))
  return Math.sqrt(dx * dx + dy * dy)
}
