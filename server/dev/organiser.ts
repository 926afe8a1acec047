import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { accessTokens } from '../src/http/authentication.ts'
import { SEATCAST } from './clone.ts'
import type { Secrets } from './secrets.ts'

/** Lifetime of the token; every start writes a new one. Source: longer than anybody keeps a demo running. */
const TOKEN_SECONDS = 365 * 24 * 3_600

/** Writes a token of the demo's organiser to `.seatcast/organiser-token` and returns it. */
export async function writeOrganiserToken({ organiserId, tokenSecret }: Secrets): Promise<string> {
  const claims = { userId: organiserId, role: 'organiser', seconds: TOKEN_SECONDS } as const
  const token = await accessTokens(tokenSecret).issueToken(claims)
  const file = join(SEATCAST, 'organiser-token')
  writeFileSync(file, token, { mode: 0o600 })
  chmodSync(file, 0o600) // the mode above counts only for a new file
  return token
}
