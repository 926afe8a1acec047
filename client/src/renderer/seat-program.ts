import { BufferImageSource, GlProgram, Shader, UniformGroup } from 'pixi.js'
import type { GlyphAtlas } from './glyph-atlas.ts'
import { PALETTE_HEIGHT, PALETTE_WIDTH } from './palette.ts'
import { SEAT_FRAGMENT, SEAT_VERTEX } from './seat-shader.ts'
import { SMALL_SEAT_FRAGMENT, SMALL_SEAT_VERTEX } from './small-seat-shader.ts'

/** The palette as a texture that all seat shaders share. */
export interface PaletteTexture {
  readonly source: BufferImageSource
  set(pixels: Uint8Array): void
}

export function createPaletteTexture(): PaletteTexture {
  const resource = new Uint8Array(PALETTE_WIDTH * PALETTE_HEIGHT * 4)
  const source = new BufferImageSource({
    resource,
    width: PALETTE_WIDTH,
    height: PALETTE_HEIGHT,
    format: 'rgba8unorm',
    alphaMode: 'no-premultiply-alpha',
    scaleMode: 'nearest',
  })
  return {
    source,
    set: (pixels) => {
      resource.set(pixels)
      source.update()
    },
  }
}

/** Up to this radius, CSS px, marks and numbers cannot be told apart. Source: screenshots. */
export const SMALL_RADIUS_PX = 3.4

/** What changes between frames. Px are device pixels; `uMarkPx` are CSS pixels of a seat's radius. */
export interface SeatUniforms {
  uRadius: number
  uRadiusPx: number
  uReach: number
  uMarkPx: number
  uNumbers: number
  uPulse: number
}

export interface SeatShader {
  readonly shader: Shader
  /** For seats with a radius of at most SMALL_RADIUS_PX; same uniforms. */
  readonly small: Shader
  set(values: Partial<SeatUniforms>): void
}

export function createSeatShader(palette: PaletteTexture, atlas: GlyphAtlas): SeatShader {
  const group = new UniformGroup({
    uRadius: { value: 1, type: 'f32' },
    uRadiusPx: { value: 1, type: 'f32' },
    uReach: { value: 1, type: 'f32' },
    uMarkPx: { value: 1, type: 'f32' },
    uNumbers: { value: 0, type: 'f32' },
    uPulse: { value: 1, type: 'f32' },
    uGlyphGrid: { value: atlas.grid, type: 'vec4<f32>' },
  })
  const program = (name: string, vertex: string, fragment: string) =>
    GlProgram.from({ name, vertex, fragment, preferredFragmentPrecision: 'highp' })
  const shader = new Shader({
    glProgram: program('seats', SEAT_VERTEX, SEAT_FRAGMENT),
    resources: { seatUniforms: group, uPalette: palette.source, uGlyphs: atlas.source },
  })
  const small = new Shader({
    glProgram: program('small-seats', SMALL_SEAT_VERTEX, SMALL_SEAT_FRAGMENT),
    resources: { seatUniforms: group, uPalette: palette.source },
  })
  return { shader, small, set: (values) => void Object.assign(group.uniforms, values) }
}
