import type { PerformanceId } from '@seatcast/shared/domain/ids.ts'
import type { KnownGroup } from '../seats/group-answer.ts'
import type { LoadedGroup } from '../seats/map-commands.ts'
import { type EndedHoldsNeeds, mendAndTell } from './ended-holds.ts'
import { openGroups } from './open-groups.ts'
import { isCounted } from './seat-again.ts'

/**
 * Compares who is in which group, and whose its held seats are, in PostgreSQL and in Redis, and makes them agree (G2, G7):
 * what a process left that died between the two would keep somebody from holding seats for ever, or make the host pay for
 * all. A difference counts when it is the same at two
 * looks: before, it may be a change on its way.
 */
export class GroupComparison {
  readonly #with: EndedHoldsNeeds
  /** Differences of the look before. */
  #suspects: ReadonlySet<string> = new Set()

  constructor(needs: EndedHoldsNeeds) {
    this.#with = needs
  }

  /** Returns how many groups were repaired. For a loop. */
  async look(performanceIds: readonly PerformanceId[]): Promise<number> {
    const suspects = new Set<string>()
    let repaired = 0
    for (const performanceId of performanceIds)
      for (const { groupId, known, stored } of await this.#differences(performanceId)) {
        const suspect = `${groupId} ${known?.version} ${stored?.version}`
        if (!this.#suspects.has(suspect)) suspects.add(suspect)
        else {
          await this.#repair(performanceId, groupId, known)
          repaired += 1
        }
      }
    this.#suspects = suspects
    return repaired
  }

  async #differences(performanceId: PerformanceId): Promise<Difference[]> {
    const { db, groups, open } = this.#with
    const place = await open(performanceId)
    if (place === undefined || place.target.epoch === 0) return []
    // Redis first: what PostgreSQL then says is at least as new.
    const known = new Map((await groups.list(place.target)).map((group) => [group.groupId, group]))
    const stored = new Map((await openGroups(db, performanceId)).map((group) => [group.id, group]))
    return [...new Set([...known.keys(), ...stored.keys()])]
      .map((groupId) => ({ groupId, known: known.get(groupId), stored: stored.get(groupId) }))
      .filter(differs)
  }

  async #repair(performanceId: PerformanceId, groupId: string, known: KnownGroup | undefined): Promise<void> {
    const { db, groups, open } = this.#with
    const stored = (await openGroups(db, performanceId)).some(({ id }) => id === groupId)
    if (stored) return await mendAndTell(this.#with, groupId, performanceId)
    const place = await open(performanceId)
    if (known === undefined || place === undefined) return
    const { version, host } = known
    await groups.setMembers(place.target, { groupId, version, host, members: [], holdMs: 0 })
  }
}

interface Difference {
  readonly groupId: string
  readonly known: KnownGroup | undefined
  readonly stored: LoadedGroup | undefined
}

const differs = ({ known, stored }: Difference): boolean =>
  known === undefined ||
  stored === undefined ||
  known.host !== stored.host ||
  known.members.toSorted(byText).join() !== stored.members.toSorted(byText).join() ||
  (known.hold !== null && !isCounted(known.hold, stored.assigned, stored.host))

const byText = (a: string, b: string): number => (a < b ? -1 : 1)
