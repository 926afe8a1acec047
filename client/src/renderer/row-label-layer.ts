import type { Layout } from '@seatcast/shared/domain/layout.ts'
import Flatbush from 'flatbush'
import type { Graphics } from 'pixi.js'
import { clamp, grow, type Box, type View } from './camera.ts'
import type { Detail } from './level-of-detail.ts'
import { parseColor, toNumber, type Theme } from './palette.ts'
import { placeRowLabels } from './row-label-places.ts'
import type { RowRun } from './row-runs.ts'
import type { PlacedText, TextPool } from './text-pool.ts'

/** Size of row labels against the seats', and its bounds, CSS px. Source: screenshots. */
const SIZE_OF_SEAT = 0.62
const SIZE_PX_MIN = 10
const SIZE_PX_MAX = 17
/** Width of a character against the type's size. Source: digits and capitals of the bold system font. */
const CHARACTER_EM = 0.6
/** Free room between a label's middle and the last seat's edge, in seat diameters. Source: where row ends stand. */
const ROOM_BESIDE = 0.85
/** Runs shown at once; with more in view their labels would only be noise. */
const RUNS_MAX = 240
/** Room around the text of a pinned label, and its distance from the view's edge, CSS px. Source: screenshots. */
const PINNED_PADDING_PX = 4
const PINNED_EDGE_PX = 3
/** A run that is seen for longer than this is named at both ends, CSS px. Source: a phone's width and some. */
const FAR_APART_PX = 480

/** Row labels beside the rows in view, or on the view's edge where it cuts the rows off. */
export class RowLabelLayer {
  private readonly runs: readonly RowRun[]
  private readonly layout: Layout
  private readonly tree: Flatbush | null

  constructor(layout: Layout, runs: readonly RowRun[]) {
    this.layout = layout
    this.runs = runs
    this.tree = runs.length > 0 ? new Flatbush(runs.length) : null
    for (const { box } of runs) this.tree?.add(box.minX, box.minY, box.maxX, box.maxY)
    this.tree?.finish()
  }

  /** `chips`: what pinned labels stand on. */
  show(pool: TextPool, chips: Graphics, view: View, visible: Box, detail: Detail, theme: Theme): void {
    const found = detail.rows ? (this.tree?.search(visible.minX, visible.minY, visible.maxX, visible.maxY) ?? []) : []
    chips.clear()
    pool.container.visible = found.length > 0 && found.length <= RUNS_MAX
    if (!pool.container.visible) return
    const sizePx = clamp(detail.seatPx * SIZE_OF_SEAT, SIZE_PX_MIN, SIZE_PX_MAX)
    const roomPx = Math.max(ROOM_BESIDE * detail.seatPx, SIZE_PX_MIN)
    const widthPx = (text: string) => text.length * CHARACTER_EM * sizePx
    // A row with a name of its own ("Box 1") waits until the name fits beside its seats.
    const runs = found
      .flatMap((index) => this.runs[index] ?? [])
      .filter(({ first }) => widthPx(first.text) / 2 <= roomPx)
    const heightPx = sizePx + PINNED_PADDING_PX
    const broadest = Math.max(0, ...runs.map(({ first }) => widthPx(first.text))) + 2 * PINNED_PADDING_PX
    const inset = (Math.max(broadest, heightPx) / 2 + PINNED_EDGE_PX) / view.k
    const places = placeRowLabels(runs, this.layout.seats, {
      room: grow(visible, -inset),
      width: broadest / view.k,
      height: heightPx / view.k,
      farApart: FAR_APART_PX / view.k,
    })
    const [muted, text] = [toNumber(parseColor(theme.mutedText)), toNumber(parseColor(theme.text))]
    const texts: PlacedText[] = []
    for (const place of places) {
      const [x, y] = [place.x * view.k + view.x, place.y * view.k + view.y]
      texts.push({ text: place.text, x, y, sizePx, color: place.pinned ? text : muted })
      if (!place.pinned) continue
      const width = Math.max(widthPx(place.text) + 2 * PINNED_PADDING_PX, heightPx)
      chips.roundRect(x - width / 2, y - heightPx / 2, width, heightPx, 4)
    }
    chips.fill(theme.floor).stroke({ width: 1, color: theme.border })
    pool.show(texts)
  }
}
