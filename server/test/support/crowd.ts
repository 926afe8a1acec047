import { setTimeout as delay } from 'node:timers/promises'
import { fetchSnapshot, joinSale, type Buyer } from './buyer.ts'
import type { Cluster } from './cluster.ts'
import { eventually } from './eventually.ts'

/** How long clients may take to equal the server after a fault, ms. Source: design, section 8. */
export const HEAL_MS = 5_000

/** Watchers and buyers on all nodes of a cluster, who keep the map moving until told to stop. */
export interface Crowd {
  readonly members: readonly Buyer[]
  /** Answers of movers so far, by outcome. */
  readonly outcomes: Map<string, number>
  /** Ends the movement; resolves when all commands are answered or timed out. */
  rest(): Promise<void>
  move(): void
  /** Everybody is live and equals what every node that is up says. Resolves with how long that took, ms. */
  healed(nodes?: readonly number[]): Promise<number>
  close(): void
}

export async function gatherCrowd(
  cluster: Cluster,
  sale: { readonly performanceId: string; readonly seatCount: number },
  size = 8,
): Promise<Crowd> {
  const origins = cluster.nodes.map((_, node) => cluster.origin(node))
  const members = await Promise.all(
    Array.from({ length: size }, (_, index) => {
      const from = index % origins.length
      return joinSale({ ...sale, origins: [...origins.slice(from), ...origins.slice(0, from)] })
    }),
  )
  const outcomes = new Map<string, number>()
  let moving: Promise<unknown> = Promise.resolve()
  let resting = new AbortController()

  /** Two of the members hold and release seats of their own range, now and then a common one. */
  const mover = async (buyer: Buyer, place: number) => {
    const { signal } = resting
    for (let turn = 0; !signal.aborted; turn++) {
      const seat = 100 + place * 50 + (turn % 50)
      const answers = [
        buyer.ask('seats:hold', { seats: turn % 5 === 0 ? [99] : [seat] }),
        ...(turn % 3 === 0 ? [buyer.ask('seats:release', {})] : []),
      ]
      for (const settled of await Promise.allSettled(answers)) {
        const outcome = settled.status === 'rejected' ? 'no answer' : settled.value.ok ? 'ok' : settled.value.code
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      }
      await delay(10)
    }
  }

  return {
    members,
    outcomes,
    move() {
      resting = new AbortController()
      moving = Promise.all(members.slice(0, 4).map(mover))
    },
    async rest() {
      resting.abort()
      await moving
    },
    async healed(nodes = origins.map((_, node) => node)) {
      return await eventually(
        'everybody equals the server',
        HEAL_MS,
        async () => {
          const snapshots = await Promise.all(
            nodes.map((node) => fetchSnapshot(cluster.origin(node), sale.performanceId)),
          )
          const truth = new Set(snapshots.map(({ epoch, revision, seats }) => `${epoch}-${revision} ${seats}`))
          const seen = members.map(({ store, feed }) => {
            const at = store.position
            return feed.state === 'live' ? `${at?.epoch}-${at?.revision} ${[...store.statuses].join('')}` : feed.state
          })
          const differing = seen.filter((one) => !truth.has(one)).map((one) => one.slice(0, 20))
          return { truths: truth.size, differing }
        },
        ({ truths, differing }) => truths === 1 && differing.length === 0,
      )
    },
    close() {
      resting.abort()
      for (const member of members) member.close()
    },
  }
}
