import Fastify from 'fastify'
import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { callerAddress, hashedAddress, trustedHops } from './caller-address.ts'

/** A request over a connection from `peer`. */
const from = (peer: string, forwardedFor?: string): Pick<IncomingMessage, 'headers' | 'socket'> => ({
  headers: forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor },
  socket: { remoteAddress: peer } as IncomingMessage['socket'],
})

test.each([
  ['no header', undefined, '10.0.0.1'],
  ["the proxy's own entry", '203.0.113.7', '203.0.113.7'],
  ['a claim before it', '198.51.100.1, 203.0.113.7', '203.0.113.7'],
  ['many claims before it', '1.1.1.1,2.2.2.2 , 3.3.3.3,203.0.113.7', '203.0.113.7'],
  ['an entry with a port', '198.51.100.1, 203.0.113.7:50123', '203.0.113.7'],
  ['an IPv6 entry with a port', '[2001:db8:1:2:3::7]:50123', '2001:db8:1:2::/64'],
  ['no address', '203.0.113.7, unknown', '10.0.0.1'],
  ['an empty last entry', '203.0.113.7, ', '10.0.0.1'],
])('behind a trusted proxy, %s', (_, header, address) => {
  expect(callerAddress(from('10.0.0.1', header), true)).toBe(address)
})

test('without a proxy the header is nothing but a claim', () => {
  expect(callerAddress(from('10.0.0.1', '203.0.113.7'), false)).toBe('10.0.0.1')
})

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::ffff:cb00:7107', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::6', '2001:db8:1:2::/64'],
  ['2001:db8::6', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['1::2:3:4:5:6:7', '1:0:2:3::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('%s counts as %s', (address, network) => {
  expect(callerAddress(from(address), false)).toBe(network)
})

test('Fastify believes the same hop: address, host and protocol', async () => {
  const seen = async (trustProxy: boolean) => {
    const app = Fastify({ trustProxy: trustedHops(trustProxy) })
    app.get('/', ({ ip, host, protocol, raw }) => ({ ip, host, protocol, ours: callerAddress(raw, trustProxy) }))
    const headers = {
      host: 'node-1:3000',
      'x-forwarded-for': '198.51.100.1, 203.0.113.7',
      'x-forwarded-host': 'evil.example, seats.example',
      'x-forwarded-proto': 'http, https',
    }
    return (await app.inject({ url: '/', headers })).json<unknown>()
  }
  const [one, other] = [await seen(true), await seen(false)]
  expect(one).toEqual({ ip: '203.0.113.7', host: 'seats.example', protocol: 'https', ours: '203.0.113.7' })
  expect(other).toEqual({ ip: '127.0.0.1', host: 'node-1:3000', protocol: 'http', ours: '127.0.0.1' })
})

test('a hashed address tells callers apart, and without the secret nobody can look it up', () => {
  expect(hashedAddress('203.0.113.7', 'secret')).toMatch(/^[\w-]{22}$/)
  expect(hashedAddress('203.0.113.7', 'secret')).not.toBe(hashedAddress('203.0.113.8', 'secret'))
  expect(hashedAddress('203.0.113.7', 'secret')).not.toBe(hashedAddress('203.0.113.7', 'another'))
})
