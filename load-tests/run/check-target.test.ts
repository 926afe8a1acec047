import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { checkTarget } from './check-target.ts'

let server: Server | undefined
afterEach(() => server?.close())
const { signal } = new AbortController()

async function answering(status: number, body: string): Promise<string> {
  server = createServer((_request, response) => response.writeHead(status).end(body))
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const refusal = (code: string) => JSON.stringify({ code })

test.each([
  ['an organiser, of no such performance', 404, refusal('NOT_FOUND'), 'token'],
  ['nobody in particular, who does without a verdict', 401, refusal('UNAUTHENTICATED'), null],
])('%s may load it', async (_who, status, body, token) => {
  await expect(checkTarget(await answering(status, body), token, signal)).resolves.toBeUndefined()
})

test.each([
  [
    'a wrong token',
    401,
    refusal('UNAUTHENTICATED'),
    /^SEATCAST_ORGANISER_TOKEN is no organiser's at .*UNAUTHENTICATED\.$/,
  ],
  ["a buyer's token", 403, refusal('FORBIDDEN'), /is no organiser's at .*FORBIDDEN\.$/],
  [
    "somebody else's server",
    404,
    '<h1>Not found</h1>',
    /^What answers at .* is no Seatcast that is ready.*HTTP 404\.$/,
  ],
  ['a system that is not ready', 503, refusal('UNAVAILABLE'), /no Seatcast that is ready.*HTTP 503\.$/],
])('%s is told in one sentence', async (_what, status, body, sentence) => {
  await expect(checkTarget(await answering(status, body), 'token', signal)).rejects.toThrow(sentence)
})

test('that nothing answers is told in one sentence', async () => {
  const origin = await answering(200, '')
  await new Promise((resolve) => server?.close(resolve))
  await expect(checkTarget(origin, 'token', signal)).rejects.toThrow(
    `Nothing answers at ${origin} (ECONNREFUSED): is SEATCAST_URL right, and the system up?`,
  )
})
