import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { isServiceKey } from '../webhook-signature.ts'
import { type SandboxPayments, SandboxRefusal } from './sandbox-payments.ts'
import { NewSandboxPayment, SandboxRefund } from './sandbox-wire.ts'

/** Source: a guess: no request has a tenth of it. */
const BODY_BYTES_MAX = 16_384

/** The sandbox's own HTTP: who shows the key may make payments, take them and give them back. */
export function sandboxServer(payments: SandboxPayments, secret: string, log: Logger): Server {
  return createServer((request, response) => {
    answer(request, payments, secret).then(
      (found) => send(response, 200, found),
      (fault: unknown) => {
        if (fault instanceof SandboxRefusal) return send(response, fault.status, { code: fault.code })
        log.error({ err: fault }, 'sandbox request failed')
        return send(response, 500, { code: 'internal' })
      },
    )
  })
}

async function answer(request: IncomingMessage, payments: SandboxPayments, secret: string): Promise<unknown> {
  const url = new URL(request.url ?? '/', 'http://sandbox')
  if (url.pathname === '/healthz') return { status: 'alive' }
  const shown = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
  if (!isServiceKey(secret, shown)) throw new SandboxRefusal(401, 'wrong_key')
  const [, version, collection, id, action] = url.pathname.split('/')
  if (version !== 'v1' || collection !== 'payments') throw new SandboxRefusal(404, 'unknown_route')

  if (request.method === 'GET' && id === undefined) {
    const found = payments.retrieve(url.searchParams.get('paymentId') ?? '')
    if (found === undefined) throw new SandboxRefusal(404, 'unknown_payment')
    return found
  }
  if (request.method !== 'POST') throw new SandboxRefusal(404, 'unknown_route')
  if (id === undefined) return payments.create(await readBody(request, NewSandboxPayment))
  if (action === 'authorize') return payments.authorize(id)
  if (action === 'capture') return payments.capture(id)
  if (action === 'void') return payments.void(id)
  if (action === 'refunds') {
    const { refundId, amount } = await readBody(request, SandboxRefund)
    return payments.refund(id, refundId, amount)
  }
  throw new SandboxRefusal(404, 'unknown_route')
}

async function readBody<T extends TSchema>(request: IncomingMessage, schema: T): Promise<Static<T>> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > BODY_BYTES_MAX) throw new SandboxRefusal(413, 'too_large')
    chunks.push(chunk)
  }
  const body = parse(Buffer.concat(chunks).toString())
  if (!Value.Check(schema, body)) throw new SandboxRefusal(422, 'malformed')
  return body
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (fault) {
    throw new SandboxRefusal(400, 'not_json', { cause: fault })
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
