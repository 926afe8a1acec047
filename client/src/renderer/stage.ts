// Pixi builds functions from strings unless this comes first; the server's CSP forbids that.
import 'pixi.js/unsafe-eval'
import { Container, Ticker, WebGLRenderer } from 'pixi.js'
import type { Size } from './camera.ts'

/** More physical pixels than this a CSS pixel cost time and show nothing. Source: ecosystem notes. */
const RESOLUTION_MAX = 2

/** The Pixi renderer and what is drawn; nothing runs between draws. */
export interface Stage {
  readonly canvas: HTMLCanvasElement
  readonly root: Container
  /** Physical pixels a CSS pixel; follows the browser's zoom when the size does. */
  readonly resolution: number
  resize(size: Size): void
  render(): void
  setGround(color: string): void
  readonly lost: boolean
  destroy(): void
}

/** The browser draws WebGL 1 only, or none on this machine now; the list of seats works without a map. */
export class WebGl2MissingError extends Error {
  override readonly name = 'WebGl2MissingError'

  constructor() {
    super('the seat map needs WebGL 2, and this browser gave an older context')
  }
}

/** `onRestored`: the GPU lost everything and is back; all of it has to be drawn again. */
export async function createStage(ground: string, onRestored: () => void): Promise<Stage> {
  const canvas = document.createElement('canvas')
  const renderer = new WebGLRenderer()
  await renderer.init({
    canvas,
    resolution: resolutionNow(),
    width: 1,
    height: 1,
    autoDensity: true,
    antialias: hasGraphicsCard(),
    background: ground,
    preferWebGLVersion: 2,
    // Neither Pixi's events nor its DOM helpers are used, and its collector would throw out what is merely off-screen.
    skipExtensionImports: true,
    gcActive: false,
  })
  if (renderer.context.webGLVersion !== 2) {
    renderer.destroy({ removeView: true })
    throw new WebGl2MissingError()
  }
  // The scheduler only serves the collector; without this it asks for an animation frame for ever.
  Ticker.system.autoStart = false
  Ticker.system.stop()

  const restored = () => onRestored()
  canvas.addEventListener('webglcontextrestored', restored)
  const root = new Container()
  return {
    canvas,
    root,
    get resolution() {
      return renderer.resolution
    },
    resize: ({ width, height }) => renderer.resize(Math.max(width, 1), Math.max(height, 1), resolutionNow()),
    render: () => renderer.render({ container: root }),
    setGround: (color) => {
      renderer.background.color = color
    },
    get lost() {
      return renderer.context.isLost
    },
    destroy: () => {
      canvas.removeEventListener('webglcontextrestored', restored)
      root.destroy({ children: true })
      renderer.destroy({ removeView: true })
    },
  }
}

const resolutionNow = (): number => Math.min(window.devicePixelRatio || 1, RESOLUTION_MAX)

/** Multisampling only smooths section borders (seats smooth their own edges); in software it doubles a frame's time. */
function hasGraphicsCard(): boolean {
  const context = document.createElement('canvas').getContext('webgl2')
  const names = context?.getExtension('WEBGL_debug_renderer_info')
  const name = context && names ? String(context.getParameter(names.UNMASKED_RENDERER_WEBGL)) : ''
  context?.getExtension('WEBGL_lose_context')?.loseContext()
  return !/swiftshader|llvmpipe|software|basic render/i.test(name)
}
