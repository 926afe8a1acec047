import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testRedis } from '../../test/support/redis.ts'
import { connectRedis, untilReady } from '../redis/client.ts'
import { mapKeys } from '../redis/keys.ts'
import type { SeatAnswer } from './seat-answer.ts'
import { createSeatCommands, type SeatCommands } from './seat-commands.ts'

/** Source: issue 2. */
const CLIENTS = 200
const ROUNDS = 50
const SEATS = 40
/** As many as a small cluster has workers. */
const CONNECTIONS = 8

const server = await testRedis()
const connections = Array.from({ length: CONNECTIONS }, () => connectRedis(server.url, 'commands', () => undefined))
const workers = connections.map((redis) => createSeatCommands(redis))
const [redis] = connections
beforeAll(() => Promise.all(connections.map((connection) => untilReady(connection, 5_000))))
afterAll(() => connections.forEach((connection) => connection.disconnect()))

/** A fresh map; every client claims what `claim` gives it, all in one turn of the event loop. */
async function race(
  id: string,
  claim: (commands: SeatCommands, buyer: string) => Promise<SeatAnswer>,
): Promise<SeatAnswer[]> {
  const facts = { status: 'on_sale', opensAtMs: 0, holdMs: 60_000, maxSeatsPerBuyer: 4 } as const
  await workers[0]?.loadMap({ id, partition: 0, epoch: 1 }, { facts, seatCount: SEATS, blockedSeats: [], holds: [] })
  return Promise.all(
    Array.from({ length: CLIENTS }, (_, client) => {
      const commands = workers[client % CONNECTIONS]
      if (commands === undefined) throw new Error('no worker')
      return claim(commands, `buyer-${client}`)
    }),
  )
}

/** The seats that the answers give away, which must be the map's, each to one owner. */
async function givenAway(id: string, answers: readonly SeatAnswer[]): Promise<number[]> {
  const given = answers.flatMap((answer) => (answer.ok ? answer.seats : [])).toSorted((a, b) => a - b)
  expect(new Set(given).size).toBe(given.length)
  const keys = mapKeys({ id, partition: 0 })
  const states = (await redis?.get(keys.seats)) ?? ''
  expect(Array.from(states).flatMap((state, seat) => (state === '1' ? [seat] : []))).toEqual(given)
  expect(await redis?.hlen(keys.owners)).toBe(given.length)
  return given
}

test(`[H2] ${CLIENTS} clients claim the same seat at one instant, ${ROUNDS} rounds: exactly one winner each`, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const id = `same-${round}`
    const target = { id, partition: 0, epoch: 1 }
    const answers = await race(id, (commands, buyer) => commands.hold(target, { buyer, seats: [7] }))
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1)
    expect(answers.filter((answer) => !answer.ok && answer.code === 'SEAT_TAKEN')).toHaveLength(CLIENTS - 1)
    expect(await givenAway(id, answers)).toEqual([7])
  }
})

test(`[H1] ${CLIENTS} clients claim overlapping blocks of four, ${ROUNDS} rounds: every hold is whole, every seat has one owner`, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const id = `overlap-${round}`
    const target = { id, partition: 0, epoch: 1 }
    // All within seven seats that share seat 10: any two blocks overlap, so that only one of them can be given.
    const answers = await race(id, (commands, buyer) => {
      const first = randomInt(7, 11)
      return commands.hold(target, { buyer, seats: [first, first + 1, first + 2, first + 3] })
    })
    const winners = answers.filter((answer) => answer.ok)
    expect(winners).toHaveLength(1)
    expect(await givenAway(id, answers)).toHaveLength(4)
  }
})

test(`[H1] ${CLIENTS} clients claim random blocks of four of ${SEATS} seats, ${ROUNDS} rounds: whole holds, and no room left for another`, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const id = `random-${round}`
    const target = { id, partition: 0, epoch: 1 }
    const answers = await race(id, (commands, buyer) => {
      const first = randomInt(0, SEATS - 3)
      return commands.hold(target, { buyer, seats: [first, first + 1, first + 2, first + 3] })
    })
    for (const answer of answers) if (answer.ok) expect(answer.seats).toHaveLength(4)
    const given = await givenAway(id, answers)
    // Whoever was refused had somebody else's seat in the way.
    for (const answer of answers)
      if (!answer.ok && answer.code === 'SEAT_TAKEN') for (const seat of answer.seats) expect(given).toContain(seat)
  }
})

test(`[A2] ${CLIENTS} clients ask for the best block at one instant: as many win as there are blocks`, async () => {
  const blocks = Array.from({ length: SEATS / 4 }, (_, block) => [0, 1, 2, 3].map((seat) => block * 4 + seat))
  for (let round = 0; round < ROUNDS; round += 1) {
    const id = `best-${round}`
    const target = { id, partition: 0, epoch: 1 }
    const answers = await race(id, (commands, buyer) =>
      commands.holdFirstFree(target, { buyer, candidates: blocks, replace: false }),
    )
    expect(answers.filter((answer) => answer.ok)).toHaveLength(blocks.length)
    expect(await givenAway(id, answers)).toHaveLength(SEATS)
  }
})
