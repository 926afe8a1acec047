import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { MapDelta } from '@seatcast/shared/protocol/delta.ts'
import { Server } from 'socket.io'
import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { encodePacket } from './encoded-packet.ts'
import { socketWatcher } from './socket-watcher.ts'
import type { Watcher } from './watcher.ts'

const http = createServer()
const server = new Server(http, { transports: ['websocket'], perMessageDeflate: false })
let client: Socket
let watcher: Watcher

beforeAll(async () => {
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const connected = new Promise<void>((resolve) => {
    server.on('connection', (socket) => {
      watcher = socketWatcher(socket)
      resolve()
    })
  })
  client = io(`http://127.0.0.1:${(http.address() as AddressInfo).port}`, {
    transports: ['websocket'],
    reconnection: false,
  })
  await connected
})

afterAll(async () => {
  client.disconnect()
  await server.close()
})

test.each([0, 1, 14, 15, 16, 20, 9_000, 20_000])(
  'a delta of %i seats arrives as a client of Socket.IO expects it',
  async (seatCount) => {
    const delta: MapDelta = ['p', 1, 2, 3, Array.from({ length: seatCount }, (_, seat) => seat * 8 + 1)]
    const received = new Promise<unknown>((resolve) => void client.once('map:delta', resolve))
    watcher.send(encodePacket('map:delta', delta))
    expect(await received).toEqual(delta)
  },
)

test('packets and ordinary emits keep their order', async () => {
  const order: unknown[] = []
  client.on('map:delta', ([, , , to]: MapDelta) => order.push(to))
  client.on('plain', (value: unknown) => order.push(value))
  for (let to = 1; to <= 6; to++) {
    if (to % 2 === 0) server.emit('plain', to)
    else watcher.send(encodePacket('map:delta', ['p', 1, 0, to, []]))
  }
  await vi.waitFor(() => expect(order).toEqual([1, 2, 3, 4, 5, 6]))
})

test('a dropped watcher is gone at once, and sending to it then is no fault', async () => {
  const gone = new Promise((resolve) => void client.once('disconnect', resolve))
  watcher.close()
  watcher.send(encodePacket('map:delta', ['p', 1, 0, 1, []]))
  await gone
  expect(server.sockets.sockets.size).toBe(0)
})
