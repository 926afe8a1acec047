import type { UserId } from '@seatcast/shared/domain/ids.ts'
import type { Db } from '../../database/client.ts'
import { RefusalError } from '../../http/refusal.ts'
import { findGroupOfHost } from './cover-shares.ts'
import { endRound } from './joint-sale.ts'
import type { TakeGroupStep } from './step.ts'

/**
 * The host ends the payment (G13); not while the money is being taken, which ends by itself. A group that is not being paid
 * for is left as it is, and that is success.
 */
export async function giveUp(
  trx: Db,
  { groupId, userId }: { readonly groupId: string; readonly userId: UserId },
  step?: TakeGroupStep,
): Promise<void> {
  const group = await findGroupOfHost(trx, groupId, userId)
  if (group.status === 'capturing') throw new RefusalError('GROUP_BUSY')
  if (group.status === 'sold') throw new RefusalError('ORDER_ENDED')
  if (group.status === 'paying' || group.status === 'short') await endRound(trx, group, 'given_up', step)
}
