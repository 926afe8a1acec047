import type { EncodedPacket, Watcher } from './watcher.ts'

/** What the feed uses of the engine's connection; `writeBuffer` and the write options are not in its public types. */
interface EngineConnection {
  readonly readyState: string
  readonly writeBuffer: readonly unknown[]
  /** The `ws` connection below. */
  readonly transport: { readonly socket: { terminate(): void } }
  write(text: string, options: { compress: boolean; wsPreEncodedFrame: readonly Buffer[] }): void
}

/**
 * A Socket.IO socket as a watcher: writes the pre-framed bytes the way socket.io-adapter does for a broadcast, without
 * its rooms. Source: socket.io-adapter 2.5, in-memory-adapter.js `_encode`; engine.io 6.6, transports/websocket.js.
 */
export function socketWatcher(socket: { readonly id: string; readonly conn: unknown }): Watcher {
  const conn = socket.conn as EngineConnection
  return {
    id: socket.id,
    writeBufferLength: () => conn.writeBuffer.length,
    send(packet: EncodedPacket) {
      if (conn.readyState === 'open') conn.write(packet.text, { compress: false, wsPreEncodedFrame: packet.frame })
    },
    // Not `close`: the closing handshake would wait behind what the peer does not take, and that is the trouble.
    close: () => conn.transport.socket.terminate(),
  }
}
