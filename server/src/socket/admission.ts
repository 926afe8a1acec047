import type { PerformanceId, UserId } from '@seatcast/shared/domain/ids.ts'
import { errors, jwtVerify } from 'jose'

/** Tokens of the waiting room are meant for this reader and no other. */
const AUDIENCE = 'seatcast:admission'
/** Longer texts are no tokens of ours. Source: ours have about 300 characters. */
const TOKEN_LENGTH_MAX = 2_048

/** Reads the waiting room's token: the performance that this user was let into; null: none, forged, expired or somebody else's. */
export function admissionReader(
  tokenSecret: string,
): (token: unknown, userId: UserId) => Promise<PerformanceId | null> {
  const secret = new TextEncoder().encode(tokenSecret)
  return async (token, userId) => {
    if (typeof token !== 'string' || token.length > TOKEN_LENGTH_MAX) return null
    try {
      const { payload } = await jwtVerify(token, secret, {
        algorithms: ['HS256'],
        audience: AUDIENCE,
        subject: userId,
        requiredClaims: ['exp'],
      })
      const { performanceId } = payload
      return typeof performanceId === 'string' ? performanceId : null
    } catch (fault) {
      if (fault instanceof errors.JOSEError) return null
      throw fault
    }
  }
}
