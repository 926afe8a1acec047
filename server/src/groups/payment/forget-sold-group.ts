import type { OutboxNeeds } from '../../orders/order-outbox.ts'
import type { GroupCommands } from '../../seats/group-commands.ts'
import { findGroup } from '../group-repository.ts'

/**
 * Once a group is sold, its members may hold alone again, or be in another group (G16): Redis forgets it while the outbox still
 * has an entry of one of its orders, so that no crash keeps them in.
 */
export function forgetSoldGroup(groups: Pick<GroupCommands, 'setMembers'>): OutboxNeeds['settled'] & object {
  return async (trx, { groupId, status }, target) => {
    if (groupId === null || status !== 'paid') return
    const group = await findGroup(trx, groupId)
    if (group?.status !== 'sold') return
    await groups.setMembers(target, { groupId, version: group.version, host: group.hostId, members: [], holdMs: 0 })
  }
}
