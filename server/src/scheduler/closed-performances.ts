import { listClosedMaps } from '../catalogue/catalogue-repository.ts'
import type { Performance } from '../catalogue/performance.ts'
import type { Db } from '../database/client.ts'
import type { MapCommands } from '../seats/map-commands.ts'

/** Closed performances that one statement lists and one pipeline asks for. Source: a guess: 2,000 ZCARDs take Redis 2 ms. */
const PAGE = 1_000

/**
 * Every closed performance, and whether it is still to be looked after: it has live holds, seats taken for orders that were
 * not written, orders that wait, payments in flight, or seats that were sold and whose performance is not over. A sale may be
 * closed at any moment, with no scheduler there to remember its holds. Those that are looked after cost what an open one
 * costs, and are as many as were sold and are still to be played; of the others, all of the past, only this list is made.
 */
export async function* closedPerformances(
  db: Db,
  commands: Pick<MapCommands, 'areBusy'>,
): AsyncIterable<(Pick<Performance, 'id' | 'partition' | 'epoch'> & { readonly busy: boolean })[]> {
  for (let afterId: string | undefined; ;) {
    const page = await listClosedMaps(db, PAGE, afterId)
    const busy = await commands.areBusy(page)
    yield page.map(({ unfinished, ...performance }, place) => ({
      ...performance,
      busy: unfinished || busy[place] === true,
    }))
    if (page.length < PAGE) return
    afterId = page.at(-1)?.id
  }
}
