import type { PlantedBug } from '../config.ts'
import { closeGroup, findGroup } from '../groups/group-repository.ts'
import { isBeingPaid, sharesOf, waiting } from '../groups/payment/shares.ts'
import { transition } from '../orders/order-transitions.ts'
import type { JointSale } from '../payments/payment-context.ts'

/** With the bug, whoever's money is taken first is sold to alone: the group is over and the friends' orders are left behind. */
export function plantedJointSale(bug: PlantedBug | '', joint: JointSale): JointSale {
  if (bug !== 'group-half-sold') return joint
  return {
    async advance(trx, groupId) {
      const group = await findGroup(trx, groupId, 'lock')
      if (group === undefined || !isBeingPaid(group.status)) return
      const taken = waiting(await sharesOf(trx, group, 'lock')).filter(({ standing }) => standing.isTaken)
      if (taken.length === 0) return await joint.advance(trx, groupId)
      for (const { order } of taken) await transition(trx, order.id, 'paid', [order.status])
      await closeGroup(trx, groupId, 'sold')
    },
    async judge(trx, groupId, payment) {
      const verdict = await joint.judge(trx, groupId, payment)
      return verdict === 'wait' ? 'capture' : verdict
    },
  }
}
