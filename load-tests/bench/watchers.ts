import { Histogram } from './histogram.ts'
import { type Dialect, RawSocket } from './raw-socket.ts'

/** Distinct frames remembered: slices of successive ticks may interleave. */
const FRAMES_REMEMBERED = 16

interface Frame {
  readonly bytes: Buffer
  /** When the changes in it were asked for, ms of the generator's clock. */
  readonly sentAt: readonly number[]
}

/** A crowd that watches: what each of them sees, timed from the moment the writer sent its command. */
export class Watchers {
  readonly sockets: RawSocket[] = []
  /** By seat: when its change was asked for; 0: not measured. */
  readonly sentAt: Float64Array
  latency = new Histogram()
  /** Frames received since the last reset. */
  frames = 0
  #recent: Frame[] = []
  readonly #seatsOf: (text: string) => number[]

  constructor(seatCount: number, dialect: Dialect) {
    this.sentAt = new Float64Array(seatCount)
    this.#seatsOf = dialect === 'bare' ? bareSeats : pushedSeats
  }

  add(socket: RawSocket): void {
    this.sockets.push(socket)
    socket.onPush = (bytes) => this.#seen(bytes)
  }

  reset(): void {
    this.latency = new Histogram()
    this.frames = 0
    this.sentAt.fill(0)
    this.#recent = []
  }

  #seen(bytes: Buffer): void {
    const now = performance.now()
    this.frames += 1
    let frame = this.#recent.find((known) => known.bytes.equals(bytes))
    if (frame === undefined) {
      const seats = this.#seatsOf(bytes.toString())
      frame = { bytes: Buffer.from(bytes), sentAt: seats.map((seat) => this.sentAt[seat] ?? 0).filter((at) => at > 0) }
      this.#recent.unshift(frame)
      if (this.#recent.length > FRAMES_REMEMBERED) this.#recent.pop()
    }
    for (const at of frame.sentAt) this.latency.record(now - at)
  }
}

/** Seats of a pushed `map:delta`, or of a baseline's `delta`; other pushes have none. */
function pushedSeats(text: string): number[] {
  const [event, payload] = JSON.parse(text.slice(2)) as [string, unknown]
  if (event === 'map:delta')
    return (payload as [string, number, number, number, number[]])[4].map((packed) => packed >> 3)
  return event === 'delta' ? [payload as number] : []
}

const bareSeats = (text: string): number[] => [Number(text)]

/** Opens `count` sockets, a bounded number at a time. */
export async function openSockets(
  origin: string,
  dialect: Dialect,
  count: number,
  token?: string,
  each?: (socket: RawSocket) => Promise<unknown>,
): Promise<RawSocket[]> {
  const sockets: RawSocket[] = []
  let begun = 0
  const worker = async (): Promise<void> => {
    while (begun < count) {
      begun += 1
      const socket = new RawSocket(origin, dialect, token)
      await socket.ready
      await each?.(socket)
      sockets.push(socket)
    }
  }
  await Promise.all(Array.from({ length: Math.min(count, 64) }, worker))
  return sockets
}
