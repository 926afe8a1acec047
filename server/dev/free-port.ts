import { createServer } from 'node:net'

/**
 * Ports are drawn from below the ranges that systems take for outgoing connections (Linux from 32768, others from
 * 49152): a server that is started again on its port must not find it taken by somebody's connection.
 */
const RANGE = { first: 15_000, last: 31_999 } as const

/** A TCP port on the loopback address that nobody listens on now. Another process may still take it: callers try again. */
export async function freePort(): Promise<number> {
  while (true) {
    const port = RANGE.first + Math.floor(Math.random() * (RANGE.last - RANGE.first + 1))
    if (await canListen(port, '127.0.0.1')) return port
  }
}

/** Whether the address can be listened on. Rejects when it cannot for another reason than being in use. */
export async function canListen(port: number, host: string): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false)
      else reject(error)
    })
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}
