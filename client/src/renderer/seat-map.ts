import { createScene } from './scene.ts'
import type { SeatMap, SeatMapOptions } from './seat-map-contract.ts'
import { createStage } from './stage.ts'
import { SeatMapView } from './seat-map-view.ts'
import { THEMES } from './palette.ts'

/** Draws a layout into a host. Draws only when something changed; needs WebGL 2. */
export async function createSeatMap(options: SeatMapOptions): Promise<SeatMap> {
  let view: SeatMapView | null = null
  const theme = THEMES[options.theme ?? 'light']
  const stage = await createStage(theme.ground, () => view?.requestDraw())
  const scene = createScene(options, stage, theme)
  view = new SeatMapView(options, stage, scene)
  return view
}
