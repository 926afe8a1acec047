import { expect, test } from 'vitest'
import { actAsOneBuyer, type BuyersSocket } from '../users/one-buyer.ts'

type Answer = Awaited<ReturnType<BuyersSocket['takeBest']>>
type Hear = Parameters<Parameters<BuyersSocket['onHoldChanged']>[0]>[0]

const REFUSED: Answer = { ok: false }
const holding = (revision: number, seats: readonly number[], expiresInMs = 60_000): Answer & { ok: true } => ({
  ok: true,
  holdId: seats.length === 0 ? null : 'h',
  seats: [...seats],
  expiresInMs: seats.length === 0 ? 0 : expiresInMs,
  epoch: 1,
  revision,
})
const ELEVEN = Array.from({ length: 11 }, (_, seat) => seat)

interface Server {
  /** Of the buyer's own socket, and of the thief's. */
  readonly holds?: readonly [Answer, Answer]
  readonly release?: Answer
  /** Is what the owner is told after the release. */
  readonly news?: Answer & { ok: true }
  readonly cutsOwner?: boolean
}

/** What comes of it, with how many seats were too many, and whether anything was released. */
async function outcomeOf({
  holds = [holding(5, ELEVEN), REFUSED],
  release = holding(7, []),
  news,
  cutsOwner = false,
}: Server) {
  let tell: (news: Hear) => void = () => undefined
  let isReleased = false
  let tooMany = 0
  const own: BuyersSocket = {
    get connected() {
      return !(cutsOwner && isReleased)
    },
    takeBest: async () => holds[0],
    releaseAll: async () => REFUSED,
    onHoldChanged: (hear) => void (tell = hear),
  }
  const stolen: BuyersSocket = {
    connected: true,
    takeBest: async () => holds[1],
    releaseAll: async () => {
      isReleased = true
      if (news !== undefined) tell({ ...news, performanceId: 'p', reason: 'released' })
      return release
    },
    onHoldChanged: () => undefined,
  }
  const rules = {
    maxSeats: 20,
    patienceMs: 5,
    pause: async () => undefined,
    tooMany: (seats: number) => (tooMany = seats),
  }
  return { outcome: await actAsOneBuyer(own, stolen, rules), tooMany, isReleased }
}

test('an owner who hears of the release is told; one who hears nothing, or of a state before it, is not', async () => {
  expect((await outcomeOf({ news: holding(7, []) })).outcome).toBe('told')
  expect((await outcomeOf({})).outcome).toBe('untold')
  expect((await outcomeOf({ news: holding(6, []) })).outcome).toBe('untold')
})

test('when both were refused nothing is held, nothing is released, and nothing is proved', async () => {
  expect(await outcomeOf({ holds: [REFUSED, REFUSED] })).toEqual({ outcome: 'unproved', tooMany: 0, isReleased: false })
})

test('a refused release, an owner who was cut off and a hold that may have ended by itself prove nothing', async () => {
  expect((await outcomeOf({ release: REFUSED })).outcome).toBe('unproved')
  expect((await outcomeOf({ cutsOwner: true })).outcome).toBe('unproved')
  expect((await outcomeOf({ holds: [holding(5, ELEVEN, 400), REFUSED] })).outcome).toBe('unproved')
})

test('more seats than one buyer may have are told', async () => {
  const all = Array.from({ length: 22 }, (_, seat) => seat)
  const { tooMany, outcome } = await outcomeOf({
    holds: [holding(5, ELEVEN), holding(6, all)],
    news: holding(7, []),
  })
  expect([tooMany, outcome]).toEqual([22, 'told'])
})
