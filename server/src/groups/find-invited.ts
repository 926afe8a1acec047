import type { UserId } from '@seatcast/shared/domain/ids.ts'
import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import type { InvitationHashes, Invitations } from './invitations.ts'

/** How long an invitation is good, hours; never beyond the performance's start. Source: a guess: one evening of calling friends. */
const INVITATION_HOURS = 24

/**
 * The group that a code leads this person to; undefined: none, whatever the reason (G8). One statement for every answer,
 * so that its time tells nothing either. Who is in, or was until it was over, finds the group by its present code after that
 * has expired, too.
 */
export async function findInvited(db: Db, userId: UserId, code: InvitationHashes): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select groups.id
    from groups left join group_members as member on member.group_id = groups.id and member.user_id = ${userId}
    where (groups.link_hash = ${code.link} or groups.code_hash = ${code.code})
      and (
        (member.id is not null and member.gone_at is null)
        or groups.codes_until > now()
      )`.execute(db)
  return rows[0]?.id
}

/** A new invitation; the one before is dead. With the new one everybody may come in, who was removed too. */
export async function renewCodes(trx: Db, invitations: Invitations, group: { readonly id: string }): Promise<void> {
  const { rows } = await sql<{ round: number }>`
    update groups set code_round = code_round + 1,
      codes_until = least(
        now() + make_interval(hours => ${INVITATION_HOURS}),
        (select starts_at from performances where performances.id = groups.performance_id))
    where id = ${group.id}
    returning code_round as round`.execute(trx)
  const round = rows[0]?.round
  if (round === undefined) throw new Error(`group ${group.id} is gone`)
  const { link, code } = invitations.hashes(invitations.of(group.id, round))
  await trx.updateTable('groups').set({ link_hash: link, code_hash: code }).where('id', '=', group.id).execute()
}
