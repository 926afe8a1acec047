import 'pixi.js/unsafe-eval'
import type { Layout } from '@seatcast/shared/domain/layout.ts'
import { Container, Graphics, Sprite, WebGLRenderer } from 'pixi.js'

export interface Baseline {
  pan(dx: number): void
  recolour(seats: readonly number[], tint: number): void
  render(): void
  destroy(): void
}

/** What one would write first: a Sprite a seat in one container, tinted by status. For comparison only. */
export async function createSpriteBaseline(host: HTMLElement, layout: Layout, scale: number): Promise<Baseline> {
  const renderer = new WebGLRenderer()
  await renderer.init({ width: host.clientWidth, height: host.clientHeight, background: '#f3f5f8' })
  host.append(renderer.canvas)
  const disc = renderer.generateTexture({ target: new Graphics().circle(0, 0, 16).fill(0xffffff), antialias: true })
  const world = new Container()
  const sprites = layout.seats.x.map((x, seat) => {
    const sprite = new Sprite({ texture: disc, anchor: 0.5, tint: 0x2563eb })
    sprite.position.set(x, layout.seats.y[seat] ?? 0)
    sprite.scale.set(layout.seatSize / 32)
    return world.addChild(sprite)
  })
  world.scale.set(scale)
  // The hall's middle in the middle of the view, as the map has it after a zoom.
  const middle = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  world.position.set(
    host.clientWidth / 2 - middle(layout.seats.x) * scale,
    host.clientHeight / 2 - middle(layout.seats.y) * scale,
  )
  const root = new Container()
  root.addChild(world)
  const render = () => renderer.render({ container: root })
  return {
    pan: (dx) => {
      world.x += dx
    },
    recolour: (seats, tint) => {
      for (const seat of seats) {
        const sprite = sprites[seat]
        if (sprite) sprite.tint = tint
      }
    },
    render,
    destroy: () => {
      root.destroy({ children: true })
      renderer.destroy({ removeView: true })
    },
  }
}
