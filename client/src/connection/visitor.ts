import { guestTokens } from './guest-token.ts'

/** Who this page is, one for its socket and its requests: they must never be two buyers. */
export const visitor = guestTokens()
