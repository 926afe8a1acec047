import type { UserId } from '@seatcast/shared/domain/ids.ts'
import type { GroupMember, GroupView } from '@seatcast/shared/protocol/group.ts'
import type { Db } from '../database/client.ts'
import type { GroupCommands } from '../seats/group-commands.ts'
import { shapeOn } from '../seats/seat-choice.ts'
import { readHold } from './group-hold.ts'
import type { TellGroup } from './group-news.ts'
import { type GroupMap, type GroupMoney, type GroupPayment, type OpenGroupMap, openOrRefuse } from './group-parts.ts'
import { findGroup, type StoredGroup } from './group-repository.ts'
import { invitationPath, type Invitations } from './invitations.ts'
import { findMembership, membersOf, seatOwners, type StoredMember, swapsOf } from './member-repository.ts'
import { mendHold } from './mend-hold.ts'
import { agrees } from './seat-again.ts'

export interface GroupViewNeeds {
  readonly db: Db
  readonly groups: GroupCommands
  readonly open: OpenGroupMap
  readonly money: GroupMoney
  readonly invitations: Invitations
  readonly tell: TellGroup
}

export interface GroupViews {
  /** The group as this person sees it; undefined: they are not in it, or there is none (G8). Throws GroupRefusal without a map. */
  of(groupId: string, userId: UserId): Promise<GroupView | undefined>
}

/** Puts a group together from PostgreSQL, which knows who is in and whose seats are, and Redis, which knows the hold. */
export function groupViews(needs: GroupViewNeeds): GroupViews {
  const { db, groups, open, money, invitations, tell } = needs

  const look = async (groupId: string, userId: UserId): Promise<Seen | undefined> => {
    if ((await findMembership(db, groupId, userId)) === undefined) return undefined
    // First the group's row: everything read after it is as new as its version, or newer.
    const group = await findGroup(db, groupId)
    const members = await membersOf(db, groupId)
    const me = members.find((member) => member.userId === userId)
    if (group === undefined || me === undefined) return undefined
    const map = await openOrRefuse(open, group.performanceId)
    const [owners, swaps, payment, read] = await Promise.all([
      seatOwners(db, groupId),
      swapsOf(db, groupId),
      money.look(db, group),
      group.status === 'open' ? readHold(groups, map, groupId) : { hold: null, members: [], ...map.mirror.position },
    ])
    return { group, members, me, map, owners, swaps, payment, read }
  }

  return {
    async of(groupId, userId) {
      let seen = await look(groupId, userId)
      if (seen !== undefined && isStale(seen) && (await mendHold(db, groups, seen.map, groupId))) {
        await tell(groupId)
        seen = await look(groupId, userId)
      }
      return seen && viewOf(seen, invitations)
    },
  }
}

interface Seen {
  readonly group: StoredGroup
  readonly members: readonly StoredMember[]
  readonly me: StoredMember
  readonly map: GroupMap
  readonly owners: ReadonlyMap<number, string>
  readonly swaps: ReadonlyMap<string, number>
  readonly payment: GroupPayment | undefined
  readonly read: Awaited<ReturnType<typeof readHold>>
}

const isStale = ({ read, ...stored }: Seen): boolean =>
  stored.group.status === 'open' && ((read.hold?.holdId ?? null) !== stored.group.holdId || !agrees(read, stored))

function viewOf(seen: Seen, invitations: Invitations): GroupView {
  const { group, members, me, map, payment, read } = seen
  const { hold, epoch, revision } = read
  const block = hold?.seats ?? payment?.seats ?? []
  return {
    groupId: group.id,
    performanceId: group.performanceId,
    version: group.version,
    status: group.status === 'open' ? (hold === null ? 'forming' : 'held') : group.status,
    rule: group.rule,
    size: group.size,
    wish: group.wish,
    split: group.allowsSplit,
    invitation: invitationOf(group, invitations),
    members: members.map((member) => memberView(seen, member, block)),
    hold: hold && {
      holdId: hold.holdId,
      seats: [...hold.seats].toSorted((a, b) => a - b),
      expiresInMs: hold.expiresInMs,
      mayExtend: !hold.isExtended,
      shape: shapeOn(map, hold.seats).shape,
      epoch,
      revision,
    },
    payment:
      payment === undefined
        ? null
        : {
            seats: [...payment.seats],
            expiresInMs: payment.expiresInMs,
            amount: payment.amount,
            missing: payment.missing,
            currency: payment.currency,
            myOrderId: payment.orders.get(me.userId)?.orderId ?? null,
            hostMayCoverInMs: payment.hostMayCoverInMs,
          },
    notice: group.notice,
  }
}

function invitationOf(group: StoredGroup, invitations: Invitations): GroupView['invitation'] {
  const isOver = group.status === 'sold' || group.status === 'ended'
  if (isOver || group.codesExpireInMs === 0) return null
  const { secret, code } = invitations.of(group.id, group.codeRound)
  return { path: invitationPath(secret), code, expiresInMs: group.codesExpireInMs }
}

function memberView(seen: Seen, member: StoredMember, block: readonly number[]): GroupMember {
  const { group, me, map, owners, swaps, payment } = seen
  const seats = block.filter((seat) => owners.get(seat) === member.id).toSorted((a, b) => a - b)
  const order = payment?.orders.get(member.userId)
  const wanted = swaps.get(member.id)
  const isPaying = payment !== undefined
  return {
    memberId: member.id,
    name: member.name,
    isHost: member.userId === group.hostId,
    isMe: member.id === me.id,
    online: member.online,
    seats,
    share: order?.share ?? (isPaying || seats.length === 0 ? 'none' : 'open'),
    amount: order?.amount ?? (isPaying ? 0 : seats.reduce((sum, seat) => sum + priceOf(map, seat), 0)),
    asksForMySeat:
      wanted !== undefined && member.id !== me.id && block.includes(wanted) && owners.get(wanted) === me.id,
  }
}

/** Minor units. */
const priceOf = ({ performance, zoneOfSeat }: GroupMap, seat: number): number =>
  performance.zones[zoneOfSeat[seat] ?? -1]?.price ?? 0
