import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { WebSocketServer } from 'ws'

/** The floor: a bare `ws` server that frames each message once and writes the same bytes to every socket. */
const http = createServer()
const server = new WebSocketServer({ server: http, perMessageDeflate: false })
const raw = new Set<Socket>()
server.on('connection', (ws, request) => {
  raw.add(request.socket)
  ws.on('close', () => raw.delete(request.socket))
  ws.on('message', (data: Buffer) => {
    const frame = Buffer.concat([Buffer.from([0x81, data.length]), data])
    for (const socket of raw) socket.write(frame)
  })
})
http.listen(0, '127.0.0.1', () => process.send?.({ port: (http.address() as AddressInfo).port }))
process.on('disconnect', () => process.exit(0))
