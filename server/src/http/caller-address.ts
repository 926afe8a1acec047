import { createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP, isIPv6 } from 'node:net'

/**
 * Where a request comes from, for limits; the one place that decides whom to believe. Behind a trusted proxy exactly one
 * hop counts: the last entry of X-Forwarded-For, which the proxy itself wrote; what stands before it is the caller's claim.
 */
export function callerAddress(request: Pick<IncomingMessage, 'headers' | 'socket'>, trustProxy: boolean): string {
  const forwarded = trustProxy ? withoutPort(lastOf(request.headers['x-forwarded-for']) ?? '') : ''
  return networkOf(isIP(forwarded) === 0 ? (request.socket.remoteAddress ?? '') : forwarded)
}

/** The same rule for Fastify's `request.ip`, `host` and `protocol`; hop 0 is the connection itself. */
export const trustedHops = (trustProxy: boolean): false | ((address: string, hop: number) => boolean) =>
  trustProxy && ((_address, hop) => hop === 0)

/** Tells callers apart and names none. */
export function hashedAddress(address: string, secret: string): string {
  return createHmac('sha256', secret).update(address).digest('base64url').slice(0, 22)
}

/** The last entry of a header that proxies append to. */
export function lastOf(header: string | string[] | undefined): string | undefined {
  const last = (Array.isArray(header) ? header.join(',') : header)?.split(',').at(-1)?.trim()
  return last === '' ? undefined : last
}

/** Some proxies write `203.0.113.7:50123` and `[2001:db8::7]:50123`. */
function withoutPort(entry: string): string {
  return /^\[(.*)\](?::\d+)?$/.exec(entry)?.[1] ?? /^([\d.]+):\d+$/.exec(entry)?.[1] ?? entry
}

/** IPv4 as it is. Of IPv6 the first 64 bits: a single customer has all of the rest. Source: RFC 6177, section 2. */
function networkOf(address: string): string {
  const [bare = ''] = address.split('%')
  if (!isIPv6(bare)) return bare
  // The URL parser writes every IPv6 address in one way only.
  const canonical = new URL(`http://[${bare}]`).hostname.slice(1, -1)
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(canonical)
  if (mapped !== null) return mapped.slice(1).flatMap(bytesOf).join('.')
  const [head = [], tail] = canonical.split('::').map((part) => (part === '' ? [] : part.split(':')))
  const zeros = tail === undefined ? 0 : 8 - head.length - tail.length
  return `${[...head, ...Array<string>(zeros).fill('0'), ...(tail ?? [])].slice(0, 4).join(':')}::/64`
}

function bytesOf(group: string): number[] {
  const bits = Number.parseInt(group, 16)
  return [bits >> 8, bits & 255]
}
