import type { MapDump } from './map-dump.ts'

/** What is known of a buyer; of a group's holder (`g_<groupId>`) too. */
export interface BuyerRecord {
  readonly holdId?: string
  readonly held: number
  readonly ordered: number
  /** Of a member. */
  readonly group?: string
  /** Of a group's holder. */
  readonly host?: string
  readonly members?: readonly string[]
}

/** A hold; a group's says whom its seats count against. */
export interface SharedHold {
  readonly buyer: string
  readonly seats: readonly number[]
  readonly host?: string
  readonly shares?: Readonly<Record<string, number>>
}

/** What must hold of the groups of one performance: who is in agrees both ways, and a hold is all of its shares (G1, G2, G7). */
export function* auditGroups(dump: MapDump, holds: ReadonlyMap<string, SharedHold>): Iterable<string> {
  const records = new Map(Object.entries(dump.buyers).map(([buyer, json]) => [buyer, JSON.parse(json) as BuyerRecord]))
  const groups = new Map([...records].filter(([, { members }]) => members !== undefined))
  for (const [holder, { members = [], host }] of groups) {
    if (host === undefined || !members.includes(host)) yield `the host of ${holder} is not in it`
    for (const member of members)
      if (`g_${records.get(member)?.group}` !== holder) yield `${member} is listed in ${holder} and does not know it`
  }
  const shareOf = new Map<string, number>()
  for (const [holdId, { buyer, seats, host, shares }] of holds) {
    if (shares === undefined) {
      if (groups.has(buyer)) yield `hold ${holdId} of ${buyer} has no shares`
      continue
    }
    const sum = Object.values(shares).reduce((total, share) => total + share, 0)
    if (sum !== seats.length) yield `hold ${holdId} has ${seats.length} seats and shares of ${sum}`
    if (groups.get(buyer)?.host !== host) yield `hold ${holdId} has host ${host}, ${buyer} has another`
    for (const [member, share] of Object.entries(shares)) shareOf.set(`${buyer} ${member}`, share)
  }
  for (const [member, { group, held, holdId }] of records) {
    if (group === undefined) continue
    const holder = `g_${group}`
    if (groups.get(holder)?.members?.includes(member) !== true)
      yield `${member} is in ${holder}, which does not list them`
    if (holdId !== '') yield `${member} is in ${holder} and has hold ${holdId} of their own`
    const share = shareOf.get(`${holder} ${member}`) ?? 0
    if (held !== share) yield `${member} has ${held} seats of the hold of ${holder}, its shares say ${share}`
    shareOf.delete(`${holder} ${member}`)
  }
  for (const share of shareOf.keys()) yield `a share of ${share}, who is not in it`
}
