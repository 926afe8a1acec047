import type { ServerToClientEvents } from '@seatcast/shared/protocol/events.ts'
import type { EncodedPacket } from './watcher.ts'

/** Engine.IO's "message" and Socket.IO's "event". Source: socket.io-protocol v5, engine.io-protocol v4. */
const ENGINE_MESSAGE = '4'
const SOCKET_EVENT = '2'
/** First byte of an unfragmented text frame. Source: RFC 6455, section 5.2. */
const FINAL_TEXT_FRAME = 0x81

/**
 * Encodes an event of the default namespace once, for everybody: as Socket.IO's packet and as the bytes of its
 * WebSocket frame, so that a broadcast costs one write a socket and nothing is encoded again.
 */
export function encodePacket<E extends keyof ServerToClientEvents>(
  event: E,
  ...payload: Parameters<ServerToClientEvents[E]>
): EncodedPacket {
  const text = SOCKET_EVENT + JSON.stringify([event, ...payload])
  return { event, text, frame: [textFrame(ENGINE_MESSAGE + text)] }
}

/** A server's text frame (never masked) in one piece, which is one write. Source: RFC 6455, section 5.2. */
function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(headerLength + length)
  frame[0] = FINAL_TEXT_FRAME
  if (length < 126) frame[1] = length
  else if (length < 65_536) {
    frame[1] = 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 127
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  frame.write(text, headerLength)
  return frame
}
