import type { MapDelta, Snapshot } from '@seatcast/shared/protocol/delta.ts'
import { packStatus } from '@seatcast/shared/protocol/seat-codec.ts'
import { expect, test } from 'vitest'
import { MapCopy } from '../lib/seatcast/map-copy.ts'
import { differencesInMotion } from '../lib/seatcast/moving-map.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const at = (revision: number, seats: string, epoch = 1): Snapshot => ({ epoch, revision, seats })
const frame = (from: number, to: number, seat: number, status: 0 | 1 | 2, epoch = 1): MapDelta => [
  'p',
  epoch,
  from,
  to,
  [packStatus(seat, status)],
]

/** A page at revision 4 with three free seats; frames come before the snapshot's answer, and while it is looked at. */
async function differences(snapshot: Snapshot, before: readonly MapDelta[], after: readonly MapDelta[] = []) {
  const map = new MapCopy(3, bytesOf)
  map.applySnapshot(at(4, '000'))
  let tell: (delta: MapDelta) => void = () => undefined
  const receive = (frames: readonly MapDelta[]) => {
    for (const delta of frames) {
      map.applyDelta(delta)
      tell(delta)
    }
  }
  const page = {
    isLive: true,
    map,
    listen: (hear: typeof tell) => ((tell = hear), () => void (tell = () => undefined)),
  }
  const count = await differencesInMotion(page, {
    fetchSnapshot: async () => {
      receive(before)
      return snapshot
    },
    bytesOf,
    pause: async () => receive(after),
    patienceMs: 5,
  })
  return { count, position: map.position?.revision }
}

test('[F1] a page that rests is compared as it stands', async () => {
  expect(await differences(at(4, '000'), [])).toEqual({ count: 0, position: 4 })
  expect(await differences(at(4, '012'), [])).toEqual({ count: 2, position: 4 })
})

test('[F1] a page that runs ahead of its snapshot is met by its own frames, also from the middle of one', async () => {
  const frames = [frame(4, 5, 0, 1), frame(5, 8, 1, 2), frame(8, 9, 2, 1)]
  expect(await differences(at(6, '120'), frames)).toEqual({ count: 0, position: 9 })
  // The snapshot has what no frame told.
  expect(await differences(at(8, '122'), [frame(4, 8, 1, 2)])).toEqual({ count: 2, position: 8 })
})

test('a page that is behind is waited for; one that stays there is told', async () => {
  expect(await differences(at(6, '100'), [], [frame(4, 6, 0, 1)])).toEqual({ count: 0, position: 6 })
  expect((await differences(at(6, '100'), [])).count).toBe('behind')
})

test('frames that do not follow prove nothing; a snapshot of another hall differs in every seat', async () => {
  expect((await differences(at(4, '000'), [frame(7, 8, 0, 1)])).count).toBeUndefined()
  expect((await differences(at(1, '000', 2), [frame(4, 5, 0, 1)])).count).toBeUndefined()
  expect((await differences(at(4, '0000'), [])).count).toBe(3)
})
