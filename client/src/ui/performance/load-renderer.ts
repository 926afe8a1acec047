/** Fetches the renderer with Pixi: most of the page's bytes, and not needed for its first paint. */
export const loadRenderer = (): Promise<typeof import('../../renderer/seat-map.ts')> =>
  import('../../renderer/seat-map.ts')
