import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { becomeGuest } from './support/buyer.ts'
import { startCluster, type Cluster } from './support/cluster.ts'
import { eventually } from './support/eventually.ts'

let cluster: Cluster
const sockets: Socket[] = []

beforeAll(async () => {
  const env = { SOCKETS_PER_ADDRESS: '4', GUESTS_PER_MINUTE_PER_ADDRESS: '6', TRUST_PROXY: 'true' }
  cluster = await startCluster({ nodes: 2, workers: 1, schedulers: 0, env })
})
afterAll(async () => {
  for (const socket of sockets) socket.close()
  await cluster?.stop()
})

const open = (node: number, token: string, address: string) =>
  new Promise<unknown>((resolve) => {
    const socket = io(cluster.origin(node), {
      transports: ['websocket'],
      forceNew: true,
      auth: { token },
      extraHeaders: { 'x-forwarded-for': address },
      reconnection: false,
    })
    sockets.push(socket)
    socket.once('connect', () => resolve('connected'))
    socket.once('connect_error', (error) => resolve((error as Error & { data?: unknown }).data))
  })

test('sockets of an address on another node count after about a second, and no longer once they are gone', async () => {
  const { token } = await becomeGuest(cluster.origin(0))
  const address = '203.0.113.7'
  for (let count = 0; count < 4; count++) expect(await open(0, token, address)).toBe('connected')
  // Until the first node has told of them, the other may let some in: those close at once.
  await eventually(
    'the other node refuses',
    5_000,
    async () => {
      const answer = await open(1, token, address)
      const socket = sockets.at(-1)
      if (answer === 'connected') sockets.splice(sockets.indexOf(socket!), 1)[0]?.close()
      return JSON.stringify(answer)
    },
    (answer) => answer.includes('RATE_LIMITED'),
  )
  expect(await open(1, token, '203.0.113.8')).toBe('connected')
  for (const socket of sockets.splice(0)) socket.close()
  await eventually('there is room again', 5_000, async () => (await open(1, token, address)) === 'connected')
})

test('guests of an address are counted over all nodes at once', async () => {
  const ask = async (node: number) => {
    const headers = { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' }
    const { status } = await fetch(`${cluster.origin(node)}/api/guests`, { method: 'POST', headers })
    return status
  }
  const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => ask(index % 2)))
  expect(answers.filter((status) => status === 201)).toHaveLength(6)
  expect(answers.filter((status) => status === 429)).toHaveLength(4)
})
