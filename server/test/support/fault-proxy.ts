import { connect, createServer, type Socket } from 'node:net'

/** A TCP proxy on a fixed loopback port: its target may move, and the line may be cut. */
export interface FaultProxy {
  readonly port: number
  /** From now on new connections go there. */
  aim(targetPort: number): void
  /** Cut every connection and refuse new ones. */
  cut(): void
  heal(): void
  /** Present connections stay open and carry nothing any more; new ones are as before. */
  hang(): void
  /** No connection carries anything, new ones neither, until `thaw`: a server that is stopped. */
  freeze(): void
  thaw(): void
  close(): Promise<void>
}

export async function faultProxy(targetPort: number): Promise<FaultProxy> {
  let target = targetPort
  let isCut = false
  let isFrozen = false
  const open = new Set<Socket>()
  /** From where to where bytes go. */
  const lines = new Map<Socket, Socket>()
  const server = createServer((inward) => {
    if (isCut) {
      inward.destroy()
      return
    }
    const outward = connect(target, '127.0.0.1')
    for (const [from, to] of [
      [inward, outward],
      [outward, inward],
    ] as const) {
      open.add(from)
      from.setNoDelay(true)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        open.delete(from)
        lines.delete(from)
        to.destroy()
      })
      lines.set(from, to)
      if (!isFrozen) from.pipe(to)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const cutAll = () => {
    for (const socket of open) socket.destroy()
  }
  return {
    port: address !== null && typeof address === 'object' ? address.port : 0,
    aim(port) {
      target = port
    },
    cut() {
      isCut = true
      cutAll()
    },
    heal() {
      isCut = false
    },
    hang() {
      for (const [from, to] of lines) from.unpipe(to)
      lines.clear()
    },
    freeze() {
      isFrozen = true
      for (const [from, to] of lines) from.unpipe(to)
    },
    thaw() {
      isFrozen = false
      for (const [from, to] of lines) from.pipe(to)
    },
    async close() {
      isCut = true
      cutAll()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
