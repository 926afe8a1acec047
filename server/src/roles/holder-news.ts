import type { PerformanceId } from '@seatcast/shared/domain/ids.ts'
import type { HolderNews } from '../socket/server.ts'

export interface HolderNewsOptions {
  /** Whether this worker is to tell the others: some of them do not follow the map, and it is its turn. */
  readonly isTeller: (performanceId: PerformanceId) => boolean
  readonly tellOthers: (news: readonly HolderNews[]) => void
  /** To the buyer's sockets on this worker. False: none is here. */
  readonly tellSockets: (news: HolderNews) => boolean
  /** From now on this worker reads the performance's stream itself. */
  readonly follow: (performanceId: PerformanceId) => void
}

/** News is gathered this long before the others hear it, ms. Source: a guess: the shortest tick of the feed. */
const GATHER_MS = 25

/**
 * Brings `hold:changed` to all of a buyer's sockets. Workers that follow the map derive it from the stream; those that do
 * not get it from one or two that do, and then follow it themselves when the buyer is connected there. Where all follow,
 * which a watched sale soon is, nothing goes between workers. Getting it twice does no harm: a client ignores it.
 */
export class HolderNewsDesk {
  readonly #with: HolderNewsOptions
  #gathered: HolderNews[] = []

  constructor(options: HolderNewsOptions) {
    this.#with = options
  }

  /** From the stream. */
  changed(news: HolderNews): void {
    this.#with.tellSockets(news)
    if (!this.#with.isTeller(news[1].performanceId)) return
    if (this.#gathered.length === 0) setTimeout(() => this.#tell(), GATHER_MS)
    this.#gathered.push(news)
  }

  /** From another worker. */
  heard(news: readonly HolderNews[]): void {
    const ours = new Set<PerformanceId>()
    for (const one of news) if (this.#with.tellSockets(one)) ours.add(one[1].performanceId)
    for (const performanceId of ours) this.#with.follow(performanceId)
  }

  #tell(): void {
    const news = this.#gathered
    this.#gathered = []
    this.#with.tellOthers(news)
  }
}
