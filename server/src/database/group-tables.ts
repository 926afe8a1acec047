import type { GroupNotice, GroupRule, GroupWish } from '@seatcast/shared/protocol/group.ts'
import type { ColumnType, Generated } from 'kysely'

/** Groups (migrations/0007_groups.sql, 0008_group_payments.sql). */
export interface GroupTables {
  groups: GroupsTable
  group_members: GroupMembersTable
  group_seats: GroupSeatsTable
  group_swaps: GroupSwapsTable
  device_links: DeviceLinksTable
}

/** In the database; on the wire `open` is forming or held. */
export type StoredGroupStatus = 'open' | 'paying' | 'capturing' | 'short' | 'sold' | 'ended'

interface GroupsTable {
  id: string
  performance_id: string
  host_id: string
  status: Generated<StoredGroupStatus>
  rule: GroupRule
  size: number
  wish: ColumnType<GroupWish, string | undefined, string>
  allows_split: Generated<boolean>
  version: Generated<number>
  notice: GroupNotice | null
  code_round: Generated<number>
  link_hash: Buffer | null
  code_hash: Buffer | null
  codes_until: Date
  hold_id: string | null
  hold_until: Date | null
  payment_round: Generated<number>
  pay_until: Date | null
  short_until: Date | null
  created_at: ColumnType<Date, never, never>
  changed_at: Generated<Date>
}

interface GroupMembersTable {
  id: string
  group_id: string
  performance_id: string
  user_id: string
  name: string
  is_in: Generated<boolean>
  gone_at: Date | null
  seen_at: Date | null
  joined_at: ColumnType<Date, never, Date>
}

interface GroupSeatsTable {
  group_id: string
  seat: number
  member_id: string
}

interface GroupSwapsTable {
  group_id: string
  asker_id: string
  seat: number
}

interface DeviceLinksTable {
  key_sha256: Buffer
  user_id: string
  expires_at: Date
}
