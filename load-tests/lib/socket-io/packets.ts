import { Decoder, Encoder, type Packet, PacketType } from 'socket.io-parser'

export { PacketType, type Packet }

const encoder = new Encoder()

/** A packet as the frames it is sent in: one text, then its binary attachments. */
export function encode(packet: Packet): readonly [string, ...ArrayBuffer[]] {
  return encoder.encode(packet) as [string, ...ArrayBuffer[]]
}

/** Names that the official parser refuses in an event. */
const RESERVED = new Set<unknown>([
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
])

/** `2[…`: an event to the default namespace that wants no answer and has no attachment. Nearly all that servers push is one. */
const isPlainEvent = (frame: string): boolean => frame[0] === '2' && frame[1] === '['

/** The packet of such a frame, as the official parser makes it in ten times as many steps; throws as it does. */
function plainEvent(frame: string): Packet {
  const data: unknown = JSON.parse(frame.slice(1))
  const name = Array.isArray(data) ? (data[0] as unknown) : undefined
  const isEvent = typeof name === 'number' || (typeof name === 'string' && !RESERVED.has(name))
  if (!isEvent) throw new Error('invalid payload')
  return { type: PacketType.EVENT, nsp: '/', data }
}

/** Frames remembered. Source: a guess: a crowd's sockets of one VU get the same frame within a few turns of the event loop. */
const FRAMES_REMEMBERED = 8
/** The newest first. The key is what a socket received itself: the same text is the same packet. */
const recent: { readonly frame: string; readonly packet: Packet }[] = []

function remembered(frame: string): Packet | undefined {
  for (let place = 0; place < recent.length; place++) if (recent[place]?.frame === frame) return recent[place]?.packet
  return undefined
}

function remember(frame: string, packet: Packet): void {
  recent.unshift({ frame, packet })
  if (recent.length > FRAMES_REMEMBERED) recent.pop()
}

/** Turns one connection's frames into packets. `share`: a broadcast is decoded once for all sockets of the VU. */
export class PacketReader {
  readonly #decoder = new Decoder()
  readonly #share: boolean
  #read: Packet | undefined
  /** A packet's text has come, and not all of its attachments. */
  #isInParts = false

  constructor(share: boolean) {
    this.#share = share
    this.#decoder.on('decoded', (packet: Packet) => void (this.#read = packet))
  }

  /** The packet that this frame completes. Throws on a frame that is no packet, as the official parser does. */
  read(frame: string | ArrayBuffer): Packet | undefined {
    if (typeof frame !== 'string' || this.#isInParts) return this.#decode(frame)
    const known = this.#share ? remembered(frame) : undefined
    if (known !== undefined) return known
    if (!isPlainEvent(frame)) return this.#decode(frame)
    const packet = plainEvent(frame)
    if (this.#share) remember(frame, packet)
    return packet
  }

  #decode(frame: string | ArrayBuffer): Packet | undefined {
    this.#decoder.add(frame)
    const packet = this.#read
    this.#read = undefined
    this.#isInParts = packet === undefined
    return packet
  }

  /** Forgets a packet whose attachments never came. */
  close(): void {
    this.#decoder.destroy()
    this.#isInParts = false
  }
}
