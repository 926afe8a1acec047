/** One packet to many sockets, encoded once. */
export interface EncodedPacket {
  /** Its event, for counting. */
  readonly event: string
  /** The Socket.IO packet: `2["map:delta",[…]]`. */
  readonly text: string
  /** The same as a WebSocket frame, ready to write. */
  readonly frame: readonly Buffer[]
}

/** A socket that watches, as the feed sees it. */
export interface Watcher {
  /** Unique within the worker; a socket has one watcher, however many performances it watches. */
  readonly id: string
  /** Packets that the engine could not hand to the kernel yet. */
  writeBufferLength(): number
  send(packet: EncodedPacket): void
  /** Drops the connection at once. */
  close(): void
}
