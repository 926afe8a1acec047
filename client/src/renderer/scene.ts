import { Container, Graphics } from 'pixi.js'
import { scaleLimits, type Box } from './camera.ts'
import { createDecoration } from './decoration-layer.ts'
import { createGlyphAtlas, glyphCodes } from './glyph-atlas.ts'
import { MarkLayer } from './mark-layer.ts'
import { palettePixels, type Theme } from './palette.ts'
import { RowLabelLayer } from './row-label-layer.ts'
import { rowRuns } from './row-runs.ts'
import { CHUNK_SEATS_MAX } from './seat-chunks.ts'
import { createQuadIndexes } from './seat-geometry.ts'
import { SeatLayer } from './seat-layer.ts'
import type { SeatMapOptions } from './seat-map-contract.ts'
import { createPaletteTexture, createSeatShader, type SeatShader } from './seat-program.ts'
import { SectionCaption } from './section-caption.ts'
import { sectionGeometries, type SectionGeometry } from './section-geometry.ts'
import { SectionLayer, type SectionLook } from './section-layer.ts'
import type { Stage } from './stage.ts'
import { createMapFont, FONT_FAMILY, TextPool } from './text-pool.ts'
import { venueBox } from './venue-box.ts'

/** All layers of the map, bottom to top: decoration, sections, seats, marks, hover ring; texts above in screen space. */
export interface Scene {
  readonly venue: Box
  readonly sections: readonly SectionGeometry[]
  /** In plan units; the camera moves it. */
  readonly world: Container
  readonly hoverRing: Graphics
  readonly sectionLayer: SectionLayer
  readonly seatLayer: SeatLayer
  readonly seatShader: SeatShader
  readonly markLayer: MarkLayer
  readonly rowLayer: RowLabelLayer
  readonly sectionTexts: TextPool
  readonly nameTexts: TextPool
  readonly rowTexts: TextPool
  /** Under the row labels that are pinned to the view's edge. */
  readonly rowChips: Graphics
  readonly caption: SectionCaption
  restyle(look: SectionLook): void
  destroy(): void
}

export function createScene(options: SeatMapOptions, stage: Stage, theme: Theme): Scene {
  const { layout, zoneOfSeat, statuses, nameOf = (name: string) => name } = options
  const venue = venueBox(layout)
  const sections = sectionGeometries(layout, zoneOfSeat)
  const runs = rowRuns(layout)
  const names = layout.sections.map((section) => nameOf(section.name))
  const font = createMapFont([...names, ...runs.map(({ first }) => first.text)], stage.resolution)
  const codes = glyphCodes(layout.seats.number)
  const atlas = createGlyphAtlas(codes, FONT_FAMILY)
  const palette = createPaletteTexture()
  const indexes = createQuadIndexes(CHUNK_SEATS_MAX)
  const seatShader = createSeatShader(palette, atlas)
  const markShader = createSeatShader(palette, atlas)

  const world = new Container()
  const look: SectionLook = { theme, zoneColors: options.zoneColors, filter: null }
  const sectionLayer = new SectionLayer(sections, names, font, look)
  const seatLayer = new SeatLayer({ layout, zoneOfSeat, statuses, seatShader, codes, indexes })
  const markLayer = new MarkLayer(layout, markShader, indexes)
  const hoverRing = new Graphics()
  const sectionTexts = new TextPool(font)
  const nameTexts = new TextPool(font)
  const rowTexts = new TextPool(font)
  const rowChips = new Graphics()
  const caption = new SectionCaption(names, font)
  const ground = new Container()
  world.addChild(ground, sectionLayer.container, seatLayer.container, markLayer.container, hoverRing)
  stage.root.addChild(world, rowChips, rowTexts.container, nameTexts.container, sectionTexts.container)
  stage.root.addChild(caption.container)

  const restyle = (next: SectionLook) => {
    palette.set(palettePixels(next.theme, next.zoneColors, next.filter))
    sectionLayer.restyle(next)
    stage.setGround(next.theme.ground)
    hoverRing.clear().circle(0, 0, layout.seatSize * 0.56)
    hoverRing.stroke({ width: layout.seatSize * 0.11, color: next.theme.text })
    hoverRing.visible = false
    for (const child of ground.removeChildren()) child.destroy({ children: true })
    const fit = scaleLimits(venue, { width: 800, height: 600 }, layout.seatSize).min
    ground.addChild(createDecoration(layout, next.theme, fit, stage.resolution, nameOf))
  }
  restyle(look)

  return {
    venue,
    sections,
    world,
    hoverRing,
    sectionLayer,
    seatLayer,
    seatShader,
    markLayer,
    rowLayer: new RowLabelLayer(layout, runs),
    sectionTexts,
    nameTexts,
    rowTexts,
    rowChips,
    caption,
    restyle,
    destroy: () => {
      seatLayer.destroy()
      markLayer.destroy()
      indexes.destroy()
      // Before the textures that they are bound to.
      for (const { shader, small } of [seatShader, markShader]) {
        shader.destroy()
        small.destroy()
      }
      palette.source.destroy()
      atlas.source.destroy()
      font.destroy()
    },
  }
}
