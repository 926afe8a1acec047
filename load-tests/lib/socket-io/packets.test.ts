import { fc, test as property } from '@fast-check/vitest'
import { Decoder, Encoder, type Packet, PacketType } from 'socket.io-parser'
import { expect, test } from 'vitest'
import { PacketReader } from './packets.ts'

type Frame = string | ArrayBuffer

/** The frames of packets as servers send them, with and without attachments, namespaces and ids. */
const anyName = fc.oneof(fc.constantFrom('map:delta', 'connect', 'newListener', '', '2["'), fc.string(), fc.nat())
const anyData = fc.tuple(
  anyName,
  fc.oneof(
    fc.jsonValue(),
    fc.uint8Array({ maxLength: 3 }).map((bytes) => bytes.buffer),
  ),
)
const anyPacket = fc.record(
  {
    type: fc.constantFrom(PacketType.EVENT, PacketType.EVENT, PacketType.ACK, PacketType.CONNECT),
    nsp: fc.constantFrom('/', '/', '/shop'),
    data: fc.oneof(anyData, anyData, fc.jsonValue()),
    id: fc.nat(30),
  },
  { requiredKeys: ['type', 'nsp', 'data'] },
)
const framesOf = anyPacket.map((packet): Frame[] => new Encoder().encode(packet as Packet))
/** What is no packet, or nearly one. */
const anyText = fc.oneof(
  fc.string(),
  fc.string().map((text) => `2[${text}`),
  fc.json().map((json) => `2${json}`),
  fc.constantFrom('2[]', '2[1]', '2[null]', '2["connect"]', '2["a"', '2["a"] ', '2[["a"]]', '2 ["a"]'),
)
const anyFrames = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: framesOf },
    anyText.map((text): Frame[] => [text]),
  ),
)

/** What comes of frames, up to the first that is refused: then the connection is over. */
function readAll(frames: readonly Frame[], read: (frame: Frame) => Packet | undefined): unknown[] {
  const packets: unknown[] = []
  for (const frame of frames) {
    try {
      packets.push(read(frame))
    } catch {
      return [...packets, 'refused']
    }
  }
  return packets
}

function officially(frames: readonly Frame[]): unknown[] {
  const decoder = new Decoder()
  let packet: Packet | undefined
  decoder.on('decoded', (decoded: Packet) => void (packet = decoded))
  return readAll(frames, (frame) => {
    packet = undefined
    decoder.add(frame)
    return packet
  })
}

property.prop([anyFrames.map((frames) => frames.flat()), fc.boolean()])(
  'frames become the packets that the official parser makes of them, and the same are refused',
  (frames, share) => {
    const reader = new PacketReader(share)
    expect(readAll(frames, (frame) => reader.read(frame))).toEqual(officially(frames))
  },
)

test('sockets that share get one packet for one text; another text is another packet, and who does not share has their own', () => {
  const [one, other, alone] = [new PacketReader(true), new PacketReader(true), new PacketReader(false)]
  const frame = '2["map:delta",["p",1,1,2,[8]]]'
  const first = one.read(frame)
  expect(other.read(frame.replace('[8]', '[9]'))).toEqual({ ...first, data: ['map:delta', ['p', 1, 1, 2, [9]]] })
  expect(other.read(frame)).toBe(first)
  expect(alone.read(frame)).toEqual(first)
  expect(alone.read(frame)).not.toBe(first)
})
