import { Decoder, Encoder, type Packet, PacketType } from 'socket.io-parser'

export { PacketType, type Packet }

const encoder = new Encoder()

/** A packet as the frames it is sent in: one text, then its binary attachments. */
export function encode(packet: Packet): readonly [string, ...ArrayBuffer[]] {
  return encoder.encode(packet) as [string, ...ArrayBuffer[]]
}

/** Frames remembered. Source: a guess: a crowd's sockets of one VU get the same frame within a few turns of the event loop. */
const FRAMES_REMEMBERED = 8
const recent: { readonly frame: string; readonly packet: Packet }[] = []

/** `2[…`: an event to the default namespace that wants no answer and has no attachment: the same for everybody who gets it. */
const isBroadcast = (frame: string): boolean => frame[0] === '2' && frame[1] === '['

/** Turns one connection's frames into packets. `share`: a broadcast is decoded once for all sockets of the VU. */
export class PacketReader {
  readonly #decoder = new Decoder()
  readonly #share: boolean
  #read: Packet[] = []

  constructor(share: boolean) {
    this.#share = share
    this.#decoder.on('decoded', (packet: Packet) => void this.#read.push(packet))
  }

  /** The packets that this frame completes. Throws on a frame that is no packet, as the official parser does. */
  read(frame: string | ArrayBuffer): readonly Packet[] {
    if (!this.#share || typeof frame !== 'string' || !isBroadcast(frame)) {
      this.#decoder.add(frame)
      const read = this.#read
      this.#read = []
      return read
    }
    const known = recent.find((each) => each.frame === frame)
    if (known !== undefined) return [known.packet]
    const packet: Packet = { type: PacketType.EVENT, nsp: '/', data: JSON.parse(frame.slice(1)) as unknown }
    recent.unshift({ frame, packet })
    if (recent.length > FRAMES_REMEMBERED) recent.pop()
    return [packet]
  }

  /** Forgets a packet whose attachments never came. */
  close(): void {
    this.#decoder.destroy()
  }
}
