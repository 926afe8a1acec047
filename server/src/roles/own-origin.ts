import type { AddressInfo } from 'node:net'

/** Where a payment service on this machine reaches this node. */
export function originOf(address: AddressInfo | string | null): string | null {
  return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : null
}
