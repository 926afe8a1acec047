import { setTimeout as delay } from 'node:timers/promises'
import type { Layout } from '@seatcast/shared/domain/layout.ts'
import type { PerformanceDetail } from '@seatcast/shared/protocol/http.ts'
import type { Snapshot } from '@seatcast/shared/protocol/delta.ts'
import { BotBuyer } from './bot-buyer.ts'
import { chooseSeats } from './bot-choice.ts'

/**
 * Simulated buyers of the demo's sales, so that their maps are alive: they arrive, look, hold some neighbouring seats, and
 * later let them go or let them expire. Run as: node bots.ts <origin> <performanceId> …, the busiest sale first. Ends with
 * its supervisor.
 */
const [origin, busiest, ...others] = process.argv.slice(2)
if (origin === undefined || busiest === undefined) throw new Error('bots.ts <origin> <performanceId> …')

interface Crowd {
  /** Between two looks at the map, ms. */
  readonly paceMs: number
  /** Buyers that are remembered because they still hold something; the oldest are let go of first. */
  readonly buyersMax: number
}

/** Source: two or three actions a second look alive and cost 2 % of a core; the other halls' snapshots are larger, a few buyers do there. */
const CROWDS = {
  busiest: { paceMs: 400, buyersMax: 400 },
  others: { paceMs: 3_000, buyersMax: 60 },
} as const
/** Share of the seats taken: fewer buyers come above `busy`, none above `full`; more come below `quiet`. */
const TAKEN = { quiet: 0.25, busy: 0.4, full: 0.55 } as const
/** Pause after a fault, ms: the node restarts, or asks for patience. */
const FAULT_PAUSE_MS = 1_000

process.on('disconnect', () => process.exit(0))
process.on('SIGTERM', () => process.exit(0))
process.send?.({ type: 'ready' })
await Promise.all([
  buyForEver(origin, busiest, CROWDS.busiest),
  ...others.map((performance) => buyForEver(origin, performance, CROWDS.others)),
])

async function buyForEver(node: string, performance: string, crowd: Crowd): Promise<never> {
  let layout: Layout | null = null
  const buyers: BotBuyer[] = []
  while (true) {
    try {
      layout ??= await loadLayout(node, performance)
      await act(node, performance, layout, buyers, crowd.buyersMax)
      await delay(crowd.paceMs * (0.5 + Math.random()))
    } catch {
      await delay(FAULT_PAUSE_MS) // the node is away or busy: nothing to tell anybody, come back later
    }
  }
}

/** One step of the crowd: somebody arrives, somebody leaves. */
async function act(
  node: string,
  performance: string,
  layout: Layout,
  buyers: BotBuyer[],
  buyersMax: number,
): Promise<void> {
  const { seats } = await getJson<Snapshot>(`${node}/api/performances/${performance}/snapshot`)
  const taken = seats.replaceAll('0', '').length / seats.length
  const arrivals =
    taken < TAKEN.quiet ? 3 : taken < TAKEN.busy ? 1 : taken < TAKEN.full ? Number(Math.random() < 0.4) : 0
  for (let arrival = 0; arrival < arrivals; arrival += 1) {
    const buyer = await BotBuyer.arrive(node, performance)
    await buyer.hold(chooseSeats(layout, seats))
    if (buyer.holdsSomething) buyers.push(buyer)
    else buyer.leave()
  }

  const tooMany = buyers.length > buyersMax
  const leaving = tooMany || taken > TAKEN.busy || Math.random() < 0.3 ? buyers.splice(0, 1) : []
  for (const buyer of leaving) {
    // Most let go; the others close the page and let it expire.
    if (tooMany || Math.random() < 0.8) await buyer.release()
    buyer.leave()
  }
}

async function loadLayout(node: string, performance: string): Promise<Layout> {
  const { layoutUrl } = await getJson<PerformanceDetail>(`${node}/api/performances/${performance}`)
  return getJson<Layout>(new URL(layoutUrl, node).href)
}

async function getJson<Answer>(url: string): Promise<Answer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return (await response.json()) as Answer
}
