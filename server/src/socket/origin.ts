import type { IncomingHttpHeaders } from 'node:http'
import { lastOf } from '../http/caller-address.ts'

export interface OriginRules {
  /** Origins allowed beside the server's own host, such as `https://tickets.example`. */
  readonly allowedOrigins: readonly string[]
  /** A proxy stands in front: believe its X-Forwarded-Host and X-Forwarded-For. */
  readonly trustProxy: boolean
}

/** A browser always sends its page's Origin; without one the caller is no browser and carries no ambient authority. */
export function isOriginAllowed(headers: IncomingHttpHeaders, rules: OriginRules): boolean {
  const { origin } = headers
  if (origin === undefined) return true
  if (rules.allowedOrigins.includes(origin)) return true
  const host = (rules.trustProxy && lastOf(headers['x-forwarded-host'])) || headers.host
  if (host === undefined || !URL.canParse(origin)) return false
  const { protocol, host: originHost } = new URL(origin)
  return (protocol === 'http:' || protocol === 'https:') && originHost === host.toLowerCase()
}
