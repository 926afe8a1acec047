import { domainToASCII } from 'node:url'

/** Longest local part and longest address. Source: RFC 5321, 4.5.3.1, and its erratum 1690. */
const LOCAL_LENGTH_MAX = 64
const LENGTH_MAX = 254

/** One text for each address, however it is typed (U3); undefined: no address. What a provider ignores (dots, +tags) counts. */
export function normalisedEmail(typed: string): string | undefined {
  const parts = /^(?<local>[^\s@\p{C}"<>(),:;]+)@(?<domain>[^\s@\p{C}]+)$/u.exec(typed.normalize('NFKC').trim())?.groups
  const local = parts?.['local']?.toLowerCase() ?? ''
  const domain = domainToASCII(parts?.['domain'] ?? '').toLowerCase()
  if (local === '' || local.length > LOCAL_LENGTH_MAX || !DOMAIN.test(domain)) return undefined
  const email = `${local}@${domain}`
  return email.length <= LENGTH_MAX ? email : undefined
}

/** At least two labels; domainToASCII has refused everything that cannot stand in a host name. */
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])$/
