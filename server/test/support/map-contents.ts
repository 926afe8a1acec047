import type { Redis } from 'ioredis'
import type { MapKeys } from '../../src/redis/keys.ts'
import { type ModelHold, orderShares, type SeatModelState } from './seat-model-state.ts'

type Facts = Readonly<Record<string, string>>

/** Everything Redis keeps of a map except its log and base, in a form that can be compared. */
export interface MapContents {
  readonly meta: Facts
  readonly seats: string
  readonly owners: Facts
  readonly holds: Readonly<Record<string, unknown>>
  readonly deadlines: Facts
  readonly buyers: Readonly<Record<string, unknown>>
  readonly addresses: Facts
  readonly budgets: Readonly<Record<string, unknown>>
  readonly orders: Readonly<Record<string, unknown>>
  readonly locks: Facts
}

export interface LogEntry {
  readonly id: string
  readonly fields: string[]
}

export interface MapHistory {
  readonly base: Facts
  readonly log: readonly LogEntry[]
}

/** One command instead of ten: a model compares after every step. */
const READ_CONTENTS = `return {redis.call('HGETALL', KEYS[1]), redis.call('GET', KEYS[2]) or '', redis.call('HGETALL', KEYS[3]),
  redis.call('HGETALL', KEYS[4]), redis.call('ZRANGE', KEYS[5], 0, -1, 'WITHSCORES'), redis.call('HGETALL', KEYS[6]),
  redis.call('HGETALL', KEYS[7]), redis.call('HGETALL', KEYS[8]), redis.call('HGETALL', KEYS[9]),
  redis.call('ZRANGE', KEYS[10], 0, -1, 'WITHSCORES')}`

export async function readContents(redis: Redis, keys: MapKeys): Promise<MapContents & { readonly chain: string }> {
  const { meta, seats, owners, holds, deadlines, buyers, addresses, budgets, orders, locks } = keys
  const named = [meta, seats, owners, holds, deadlines, buyers, addresses, budgets, orders, locks]
  const reply = (await redis.eval(READ_CONTENTS, named.length, ...named)) as (string[] | string)[]
  const hash = (place: number): Record<string, string> => pairs(reply[place] as string[])
  const { chain = '', ...facts } = hash(0)
  return {
    chain,
    meta: facts,
    seats: reply[1] as string,
    owners: hash(2),
    holds: parsed(hash(3)),
    deadlines: hash(4),
    buyers: parsed(hash(5)),
    addresses: hash(6),
    budgets: parsed(hash(7)),
    orders: parsed(hash(8)),
    locks: hash(9),
  }
}

function pairs(flat: readonly string[]): Record<string, string> {
  const hash: Record<string, string> = {}
  for (let place = 0; place + 1 < flat.length; place += 2) hash[flat[place] ?? ''] = flat[place + 1] ?? ''
  return hash
}

export async function readHistory(redis: Redis, keys: MapKeys): Promise<MapHistory> {
  const [base, log] = await Promise.all([redis.hgetall(keys.base), redis.xrange(keys.log, '-', '+')])
  return { base, log: log.map(([id, fields]) => ({ id, fields })) }
}

function parsed(hash: Facts): Record<string, unknown> {
  return Object.fromEntries(Object.entries(hash).map(([field, json]) => [field, JSON.parse(json) as unknown]))
}

/** What Redis must have for the model's state. Seats that no hold owns and that are not free or blocked belong to order `o`. */
export function expectedContents(model: SeatModelState): MapContents {
  const states = model.ground.map(String)
  const owners = new Map(model.ground.flatMap((state, seat) => (state === 2 || state === 3 ? [[seat, 'o:o']] : [])))
  const buyers = new Map<string, object>(
    [...model.ordered].map(([buyer, ordered]) => [buyer, { holdId: '', held: 0, ordered }]),
  )
  for (const [orderId, order] of model.orders) {
    for (const seat of order.seats) {
      states[seat] = '2'
      owners.set(seat, `o:${orderId}`)
    }
    for (const buyer of Object.keys(orderShares(order, order.seats)))
      buyers.set(buyer, { holdId: '', held: 0, ordered: model.orderedBy(buyer) })
  }
  for (const [holdId, hold] of model.holds) {
    if (!hold.owns) continue
    for (const seat of hold.seats) {
      states[seat] = '1'
      owners.set(seat, `h:${holdId}`)
    }
    buyers.set(hold.buyer, { holdId, held: hold.seats.length, ordered: model.orderedBy(hold.buyer) })
  }
  for (const [holder, group] of model.groups) {
    buyers.set(holder, { ...(buyers.get(holder) ?? { holdId: '', held: 0, ordered: 0 }), ...group })
    for (const member of group.members)
      buyers.set(member, {
        holdId: '',
        held: model.shareOf(member),
        ordered: model.orderedBy(member),
        group: holder.slice(2),
      })
  }
  const addresses = new Set([...model.holds.values()].map((hold) => hold.address).filter((address) => address !== ''))
  const counted = [...addresses]
    .map((address) => [address, String(model.heldFrom(address))])
    .filter(([, count]) => count !== '0')
  return {
    meta: {
      epoch: String(model.epoch),
      revision: String(model.revision),
      seatCount: String(model.ground.length),
      ...Object.fromEntries(Object.entries(model.facts).map(([name, value]) => [name, String(value)])),
    },
    seats: states.join(''),
    owners: Object.fromEntries(owners),
    holds: Object.fromEntries([...model.holds].map(([id, hold]) => [id, recordOf(hold)])),
    deadlines: Object.fromEntries([...model.holds].map(([id, hold]) => [id, String(hold.deadlineMs)])),
    buyers: Object.fromEntries(buyers),
    addresses: Object.fromEntries(counted),
    budgets: Object.fromEntries(model.budgets),
    orders: Object.fromEntries([...model.orders].map(([id, order]) => [id, { ...order, status: 'pending' }])),
    locks: Object.fromEntries([...model.locks].map(([id, sinceMs]) => [id, String(sinceMs)])),
  }
}

function recordOf(hold: ModelHold): object {
  const { buyer, deadlineMs, startedMs, address, seats, shares, host, extended } = hold
  return { buyer, deadlineMs, startedMs, address, seats, ...(shares && { shares, host, extended }) }
}
