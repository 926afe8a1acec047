import { randomUUID } from 'node:crypto'
import type { Order, PaymentAnswer } from '@seatcast/shared/protocol/order.ts'
import { readConfig } from '../../src/config.ts'
import { accessTokens } from '../../src/http/authentication.ts'
import { type Buyer, joinSale } from './buyer.ts'

/** What an HTTP route said; a refusal has its code in the body. */
export interface Said<Body> {
  readonly status: number
  readonly body: Body & { readonly code?: string }
}

export interface Placed {
  readonly order: Order
}

/** Somebody with a token and a socket who orders and pays over HTTP. */
export interface Shopper extends Buyer {
  request<Body>(method: 'GET' | 'POST', path: string, body?: object, key?: string): Promise<Said<Body>>
  /** `key`: the same one is the same order. */
  place(body?: object, key?: string): Promise<Said<Placed>>
  pay(orderId: string, body?: object, key?: string): Promise<Said<PaymentAnswer>>
}

/** Signed as a development installation signs; as an organiser, for the audit. */
const tokens = accessTokens(readConfig({ DATABASE_URL: 'x', REDIS_URL: 'x' }).tokenSecret)
export const organiserToken = (): Promise<string> =>
  tokens.issueToken({ userId: randomUUID(), role: 'organiser', seconds: 3_600 })

/** A buyer on one node, not watching: thousands of them in one process would each draw the whole map. */
export async function aShopper(origin: string, performanceId: string): Promise<Shopper> {
  const userId = randomUUID()
  const token = await tokens.issueToken({ userId, role: 'guest', seconds: 3_600 })
  const options = { origins: [origin], performanceId, seatCount: 1, guest: { userId, token }, watching: false }
  const buyer = await patiently(() => joinSale(options))
  const request: Shopper['request'] = (method, path, body, key) => say(origin, token, method, path, body, key)
  return Object.assign(buyer, {
    request,
    place: (body: object = {}, key?: string) =>
      request<Placed>('POST', `/api/performances/${performanceId}/orders`, body, key),
    pay: (orderId: string, body: object = { method: 'wallet' }, key?: string) =>
      request<PaymentAnswer>('POST', `/api/orders/${orderId}/payments`, body, key),
  })
}

/** How long a node may be too busy to let somebody in, ms: the machine may be busy with other tests. */
const BUSY_MS = 30_000

async function patiently<T>(join: () => Promise<T>): Promise<T> {
  for (const startedMs = performance.now(); ;) {
    try {
      return await join()
    } catch (fault) {
      const isBusy = fault instanceof Error && fault.message === 'OVERLOADED'
      if (!isBusy || performance.now() - startedMs > BUSY_MS) throw fault
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
  }
}

/** `count` of them, spread over the nodes; a few connect at a time. */
export async function shoppers(origins: readonly string[], performanceId: string, count: number): Promise<Shopper[]> {
  const all: Shopper[] = []
  while (all.length < count) {
    const batch = Array.from({ length: Math.min(50, count - all.length) }, (_, index) =>
      aShopper(origins[(all.length + index) % origins.length] ?? '', performanceId),
    )
    all.push(...(await Promise.all(batch)))
  }
  return all
}

export async function say<Body>(
  origin: string,
  token: string,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
  key?: string,
): Promise<Said<Body>> {
  const response = await fetch(origin + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Said<Body>['body'] }
}

/** Checks of the audit route that found something, as `check: example`. Empty: all is well. */
export async function auditFindings(origin: string, performanceId: string): Promise<string[]> {
  const audit = await say<{ ok?: boolean; checks?: { name: string; count: number; examples: string[] }[] }>(
    origin,
    await organiserToken(),
    'GET',
    `/api/admin/audit/${performanceId}`,
  )
  if (audit.status !== 200 || audit.body.checks === undefined) return [`the audit answered ${audit.status}`]
  return audit.body.checks
    .filter(({ count }) => count > 0)
    .map(({ name, examples }) => `${name}: ${examples.join(', ')}`)
}
