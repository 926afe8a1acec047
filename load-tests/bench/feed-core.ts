import { pathToFileURL } from 'node:url'
import { entryAfter, FakeWatcher, mirrorOf, seatsChange } from '../../server/test/support/feed-fixtures.ts'
import { encodePacket } from '../../server/src/feed/encoded-packet.ts'
import { MapFanOut } from '../../server/src/feed/map-fan-out.ts'
import { RecentDeltas } from '../../server/src/feed/recent-deltas.ts'
import { takeDelta } from '../../server/src/feed/delta-batcher.ts'
import { RoomBroadcaster, SLICE_PER_TURN } from '../../server/src/feed/room-broadcaster.ts'
import { encodeSnapshot } from '../../server/src/feed/snapshot-desk.ts'
import { systemClock } from '../../server/src/feed/system-clock.ts'
import { TickPacer } from '../../server/src/feed/tick-pacer.ts'
import { WatcherRoom } from '../../server/src/feed/watcher-room.ts'
import { decodeEntry, type StoredEntry } from '../../server/src/redis/map-stream.ts'

const SEATS = 60_000
const WATCHERS = 10_000

/** What the feed's parts cost without Redis and without sockets: CPU of one core. */
export async function measureFeedCore(): Promise<Record<string, number>> {
  return { ...measureMirror(), ...measureSnapshot(), ...measureCatchUp(), ...(await measureBroadcast()) }
}

/** Holds of two seats and their releases, decoded from the stream's text, chain checked. */
function measureMirror(): Record<string, number> {
  const mirror = mirrorOf(SEATS)
  const writer = mirrorOf(SEATS)
  const entries: StoredEntry[] = []
  for (let count = 0; count < 60_000; count++) {
    const [seat, state] = [(count * 37) % (SEATS - 1), count % 2]
    const buyer = `0190b2c1-7e5e-7aaa-8bbb-${String(count % 5_000).padStart(12, '0')}`
    const c = [seat * 8 + state, (seat + 1) * 8 + state]
    const s = state === 1 ? [seat, seat + 1] : []
    const entry = entryAfter(writer, [{ k: 'hold', h: buyer, b: buyer, d: 1.79e12 + count, s, r: 'held', c }])
    writer.apply(entry)
    entries.push(entry)
  }
  const raw = entries.map(({ id, chain, text }) => [id, ['c', chain, 'o', text]] as const)
  const decodeMs = timed(() => raw.map(([id, fields]) => decodeEntry(id, fields)))
  const applyMs = timed(() => {
    for (const [index, entry] of entries.entries()) {
      mirror.apply(entry)
      if (index % 250 === 0) mirror.clearDirty()
    }
  })
  const bare = mirrorOf(SEATS)
  const allSeats = Array.from({ length: SEATS }, (_, seat) => seat)
  const bulk = [1, 2, 3, 4, 0].map((state) => allSeats.map((seat) => seat * 8 + state))
  let perSeatMs = 0
  for (let round = 0; round < 20; round++) {
    const entry = entryAfter(bare, [seatsChange(...bulk[round % 5]!)])
    perSeatMs += timed(() => bare.apply(entry)) / 20
    bare.clearDirty()
  }
  return {
    'decode an entry of two seats, µs': (decodeMs * 1_000) / entries.length,
    'apply an entry of two seats, chain included, µs': (applyMs * 1_000) / entries.length,
    'apply a seat in bulk, ns': (perSeatMs * 1e6) / SEATS,
  }
}

/** A hall in mid-sale: parties of one to six, more of them in front; some holds; some blocked rows. */
function measureSnapshot(): Record<string, number> {
  const states = new Uint8Array(SEATS)
  for (let sold = 0; sold < SEATS / 2;) {
    const first = Math.floor(Math.random() * Math.random() * SEATS)
    const party = 1 + Math.floor(Math.random() * 6)
    for (let seat = first; seat < Math.min(SEATS, first + party); seat++)
      if (states[seat] === 0) {
        states[seat] = Math.random() < 0.05 ? 1 : 3
        sold++
      }
  }
  for (let block = 0; block < 40; block++) states.fill(4, block * 1_200, block * 1_200 + 20)
  const position = { epoch: 1, revision: 1 }
  const scattered = Uint8Array.from({ length: SEATS }, () => (Math.random() < 0.5 ? 3 : Math.random() < 0.1 ? 1 : 0))
  for (let warm = 0; warm < 20; warm++) encodeSnapshot({ position, states })
  return {
    'snapshot of 60,000 seats in mid-sale, bytes': encodeSnapshot({ position, states }).gzip.length,
    'snapshot of 60,000 seats at random, bytes': encodeSnapshot({ position, states: scattered }).gzip.length,
    'snapshot encode and gzip, ms':
      timed(() => {
        for (let round = 0; round < 50; round++) encodeSnapshot({ position, states })
      }) / 50,
  }
}

/** A reconnect after 100 ticks. */
function measureCatchUp(): Record<string, number> {
  const mirror = mirrorOf(SEATS)
  const ring = new RecentDeltas(1_024, mirror.position)
  for (let tick = 0; tick < 500; tick++) {
    const seat = (tick * 97) % (SEATS - 8)
    mirror.apply(entryAfter(mirror, [seatsChange(...Array.from({ length: 8 }, (_, next) => (seat + next) * 8 + 1))]))
    takeDelta('p', mirror, ring)
  }
  const from = { epoch: 1, revision: mirror.revision - 100 }
  const rounds = 2_000
  return {
    'catch-up over 100 ticks of 8 seats, µs':
      (timed(() => {
        for (let round = 0; round < rounds; round++) ring.since(from, mirror, 'p')
      }) *
        1_000) /
      rounds,
  }
}

/** The loop over the watchers alone: what Seatcast adds to a socket's own write. */
async function measureBroadcast(): Promise<Record<string, number>> {
  const clock = systemClock
  const turnsMs: number[] = []
  const broadcaster = new RoomBroadcaster({
    clock,
    nextTurn: (work) =>
      void setImmediate(() => {
        turnsMs.push(timed(work))
      }),
    slicePerTurn: SLICE_PER_TURN,
    slowAtPackets: 10,
    dropAfterMs: 10_000,
  })
  let writes = 0
  const idle = Promise.withResolvers<void>()
  let frames = 200
  const packet = encodePacket('map:delta', ['p', 1, 1, 2, [9, 17, 25]])
  const at = { epoch: 1, revision: 1 }
  const room = new WatcherRoom(
    () => [],
    () => {
      if (frames-- > 0) setImmediate(() => broadcaster.broadcast(room, { packet, missedAt: at }))
      else idle.resolve()
    },
  )
  for (let index = 0; index < WATCHERS; index++) {
    const watcher = { id: `w${index}`, writeBufferLength: () => 0, send: () => void writes++, close: () => undefined }
    room.join(watcher, at)
  }
  const cpu = process.cpuUsage()
  broadcaster.broadcast(room, { packet, missedAt: at })
  await idle.promise
  const { user, system } = process.cpuUsage(cpu)
  return {
    'broadcast, CPU per watcher and frame, ns': ((user + system) * 1_000) / writes,
    'broadcast, longest turn, ms': Math.max(...turnsMs),
    'first change to first slice, µs': firstSliceUs(),
  }
}

/** From an entry to the first slice's writes, mirror and encoding included. */
function firstSliceUs(): number {
  const clock = { ...systemClock, nowMs: () => Number.MAX_SAFE_INTEGER }
  const mirror = mirrorOf(SEATS)
  let firstTurn: (() => void) | undefined
  const broadcaster = new RoomBroadcaster({
    clock,
    nextTurn: (work) => void (firstTurn = work),
    slicePerTurn: SLICE_PER_TURN,
    slowAtPackets: 10,
    dropAfterMs: 10_000,
  })
  const sale = { performanceId: 'p', status: 'on_sale', opensInMs: 0 } as const
  const pacer = new TickPacer(clock, 50_000, 0)
  const fan = new MapFanOut({
    performanceId: 'p',
    mirror,
    clock,
    broadcaster,
    pacer,
    ringEntries: 1_024,
    sale: () => sale,
  })
  fan.join(new FakeWatcher('w'), undefined)
  let totalMs = 0
  for (let round = 0; round < 5_000; round++) {
    const entry = entryAfter(mirror, [seatsChange(((round * 7) % SEATS) * 8 + 1)])
    totalMs += timed(() => {
      mirror.apply(entry)
      fan.changed()
      firstTurn?.()
    })
  }
  fan.close()
  return (totalMs * 1_000) / 5_000
}

/** This thread's CPU, ms: other processes on the machine do not count. */
function timed(work: () => unknown): number {
  const before = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1_000
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  for (const [name, value] of Object.entries(await measureFeedCore()))
    console.log(`${value.toFixed(2).padStart(12)}  ${name}`)
