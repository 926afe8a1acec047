import { auditGroups, type BuyerRecord, type SharedHold } from './audit-groups.ts'
import { check, type Check } from './check.ts'
import { type MapDump, operationsOf } from './map-dump.ts'
import { seatsPaidLate } from './order-record.ts'

/** A hold may outlive its deadline by this, ms. Source: design, section 8. */
export const LATENESS_MS = 1_000

interface HoldRecord extends SharedHold {
  readonly deadlineMs: number
}

/** What must hold of one performance's map in Redis, checked on one atomic reading (R2, R3, R6, H2, H5, H8, G1, G7). */
export function auditMap(dump: MapDump): Check[] {
  const holds = readableHolds(dump)
  return [
    check(
      'seat_states',
      'a seat is held, ordered or sold exactly when a hold or an order owns it',
      seatStates(dump, holds),
    ),
    check('holds', 'a hold has seats, all of them its own, and one deadline', holdRecords(dump, holds)),
    check('buyers', "a buyer's record names their hold and counts its seats", buyerRecords(dump, holds)),
    check('buyer_limit', 'nobody has more seats than the performance allows', overLimit(dump)),
    check('groups', "a group's members are in it alone, and its hold counts against them", auditGroups(dump, holds)),
    check('deadlines', `no hold outlives its deadline by more than ${LATENESS_MS} ms`, late(dump)),
    check('replay', 'the log replayed from the base snapshot equals the map', replayDifferences(dump)),
  ]
}

/** The findings that both looks have: what was only on its way is gone at the second. */
export function inBoth(first: readonly Check[], second: readonly Check[]): Check[] {
  return second.map(({ name, rule, found }) => {
    const before = new Set(first.find((one) => one.name === name)?.found)
    return check(
      name,
      rule,
      found.filter((violation) => before.has(violation)),
    )
  })
}

/** Damaged records are left out, and reported by `holdRecords`. */
export function readableHolds(dump: MapDump): ReadonlyMap<string, HoldRecord> {
  return new Map(
    Object.entries(dump.holds).flatMap(([id, json]) => {
      const record = holdRecord(json)
      return record === undefined ? [] : [[id, record] as const]
    }),
  )
}

function holdRecord(json: string): HoldRecord | undefined {
  try {
    const record = JSON.parse(json) as HoldRecord | null
    return Array.isArray(record?.seats) ? record : undefined
  } catch (fault) {
    if (fault instanceof SyntaxError) return undefined
    throw fault
  }
}

function* seatStates(dump: MapDump, holds: ReadonlyMap<string, HoldRecord>): Iterable<string> {
  if (dump.seats.length !== Number(dump.meta['seatCount']))
    yield `${dump.seats.length} states for ${dump.meta['seatCount']} seats`
  const seatsOf = new Map([...holds].map(([id, hold]) => [id, new Set(hold.seats)]))
  for (let seat = 0; seat < dump.seats.length; seat += 1) {
    const state = dump.seats[seat] ?? ''
    const owner = dump.owners[seat]
    const expected = state === '1' ? 'h' : state === '2' || state === '3' ? 'o' : undefined
    if (owner?.[0] !== expected) yield `seat ${seat} is in state ${state} and owned by ${owner?.[0] ?? 'nobody'}`
    else if (owner?.startsWith('h:') === true && seatsOf.get(owner.slice(2))?.has(seat) !== true)
      yield `seat ${seat} is owned by a hold that does not list it`
  }
  for (const seat of Object.keys(dump.owners))
    if (Number(seat) >= dump.seats.length) yield `an owner of seat ${seat}, which does not exist`
}

function* holdRecords(dump: MapDump, holds: ReadonlyMap<string, HoldRecord>): Iterable<string> {
  for (const id of Object.keys(dump.holds)) if (!holds.has(id)) yield `hold ${id} cannot be read`
  for (const [id, hold] of holds) {
    if (hold.seats.length === 0) yield `hold ${id} has no seats`
    if (dump.deadlines.get(id) !== hold.deadlineMs)
      yield `hold ${id} has deadline ${hold.deadlineMs}, in the index ${dump.deadlines.get(id)}`
    for (const seat of hold.seats)
      if (dump.owners[seat] !== `h:${id}`) yield `hold ${id} lists seat ${seat}, which it does not own`
  }
  for (const id of dump.deadlines.keys()) if (!holds.has(id)) yield `a deadline of hold ${id}, which does not exist`
}

function* buyerRecords(dump: MapDump, holds: ReadonlyMap<string, HoldRecord>): Iterable<string> {
  const holdOf = new Map([...holds].map(([id, hold]) => [hold.buyer, id]))
  if (holdOf.size !== holds.size) yield `${holds.size} holds of ${holdOf.size} buyers`
  for (const [buyer, json] of Object.entries(dump.buyers)) {
    const record = JSON.parse(json) as BuyerRecord
    // A member's held seats are shares of their group's hold.
    if (record.group !== undefined) continue
    const holdId = record.holdId === '' ? undefined : record.holdId
    if (holdId !== holdOf.get(buyer))
      yield `the record of buyer ${buyer} names hold ${holdId}, theirs is ${holdOf.get(buyer)}`
    const held = holdId === undefined ? 0 : (holds.get(holdId)?.seats.length ?? 0)
    if (record.held !== held)
      yield `the record of buyer ${buyer} counts ${record.held} held seats, the hold has ${held}`
    holdOf.delete(buyer)
  }
  for (const id of holdOf.values()) yield `hold ${id} has no buyer's record`
}

function* overLimit(dump: MapDump): Iterable<string> {
  const max = Number(dump.meta['maxSeatsPerBuyer'])
  const paidLate = seatsPaidLate(dump)
  for (const [buyer, json] of Object.entries(dump.buyers)) {
    const { held, ordered, members } = JSON.parse(json) as BuyerRecord
    // A group's seats count against its members (G7). Whose money came late may be above the limit (O10).
    const counted = members === undefined ? held + ordered - (paidLate.get(buyer) ?? 0) : 0
    if (counted > max) yield `buyer ${buyer} has ${held} held and ${ordered} ordered seats, allowed are ${max}`
  }
}

function* late(dump: MapDump): Iterable<string> {
  for (const [id, deadlineMs] of dump.deadlines) {
    if (dump.nowMs - deadlineMs > LATENESS_MS) yield `hold ${id} outlives its deadline, ${deadlineMs}`
  }
}

function* replayDifferences(dump: MapDump): Iterable<string> {
  const states = Array.from(dump.base['seats'] ?? '', Number)
  const base = Number(dump.base['revision'])
  for (const entry of dump.log) {
    if (Number(entry.id.split('-')[1]) <= base) continue
    for (const operation of operationsOf(entry) ?? []) {
      if ('c' in operation) for (const packed of operation.c) states[packed >> 3] = packed & 7
    }
  }
  for (let seat = 0; seat < Math.max(states.length, dump.seats.length); seat += 1) {
    if (String(states[seat]) !== dump.seats[seat])
      yield `seat ${seat} replays to ${states[seat]}, the map has ${dump.seats[seat]}`
  }
}
