import type { Layout } from '@seatcast/shared/domain/layout.ts'

export interface SeatMapOptions {
  /** The canvas fills it and follows its size. */
  readonly host: HTMLElement
  readonly layout: Layout
  /** The zone's number by seat; 255: in no zone. */
  readonly zoneOfSeat: Uint8Array
  /** `#rrggbb` by zone number. */
  readonly zoneColors: readonly string[]
  /** Live wire statuses by seat, read only; changed seats are announced by `seatsChanged`. */
  readonly statuses: Uint8Array
  /** What a section or a caption is called on the map; without it, as in the layout. */
  readonly nameOf?: (name: string) => string
  onTap(target: TapTarget): void
  /** Mouse only; `at`: CSS pixels in the host. */
  onHover(seat: number | null, at: { x: number; y: number }): void
  /** `scale`: CSS pixels a plan unit. */
  onView?(view: { scale: number; seatsVisible: boolean }): void
  readonly reducedMotion?: boolean
  readonly theme?: 'light' | 'dark'
}

export type TapTarget =
  | { readonly kind: 'seat'; readonly seat: number }
  | { readonly kind: 'section'; readonly section: number }
  | { readonly kind: 'none' }

export interface SeatMap {
  /** Cheap; drawn at most once per animation frame. */
  seatsChanged(changed: readonly number[] | 'all'): void
  setMine(seats: readonly number[]): void
  /** Asked for, not yet answered. */
  setPending(seats: readonly number[]): void
  /** Alternatives, keyboard focus, 'show my seats'. */
  setHighlight(seats: readonly number[]): void
  /** By section: free seats and all seats; shown on far-away sections as label, free count and shade. */
  setSectionFacts(available: readonly number[], capacity?: readonly number[]): void
  /** Seats of other zones are dimmed; null: none is. */
  setZoneFilter(zones: ReadonlySet<number> | null): void
  setTheme(theme: 'light' | 'dark'): void
  /** Moves only as far as needed for the seats to be seen well. */
  focusSeats(seats: readonly number[]): void
  /** Zooms to a section; to the tapped part of it when it was just tapped and is too large to be seen whole. */
  focusSection(section: number): void
  fit(): void
  zoomBy(factor: number): void
  /** CSS pixels; positive moves the view to the right and down. */
  panBy(dx: number, dy: number): void
  /** With a mouse's precision: the seat under or near a point in CSS pixels of the host; null while seats are too small to be drawn. */
  seatAt(x: number, y: number): number | null
  /** Where a seat's middle is now, CSS pixels in the host; also when it is out of view or not drawn. */
  placeOf(seat: number): { x: number; y: number } | null
  /** CSS pixels a plan unit, as drawn now. */
  scale(): number
  /** Called after each drawn frame, so that something can lie on seats; the answer ends it. */
  onDrawn(listener: () => void): () => void
  /** `lastFrameMs`: JavaScript time of the last drawn frame. */
  stats(): { frames: number; lastFrameMs: number; visibleSections: number; drawnSeats: number }
  destroy(): void
}
