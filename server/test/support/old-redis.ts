import { createServer } from 'node:net'

export interface OldRedis {
  readonly url: string
  close(): void
}

/** Something that speaks Redis's protocol and says that it is of the given version; it does nothing else. */
export async function oldRedis(version: string): Promise<OldRedis> {
  const facts = `redis_version:${version}\r\nloading:0\r\n`
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      // A command is an array; its first word stands two lines below its length.
      const lines = chunk.toString().split('\r\n')
      lines.forEach((line, place) => {
        if (!line.startsWith('*')) return
        const isInfo = lines[place + 2]?.toUpperCase() === 'INFO'
        socket.write(isInfo ? `$${facts.length}\r\n${facts}\r\n` : '+OK\r\n')
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  return { url: `redis://127.0.0.1:${port}`, close: () => server.close() }
}
