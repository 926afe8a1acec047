import { GRANTED_ROLES, type GrantedRole } from '@seatcast/shared/protocol/account.ts'
import type { Db } from '../database/client.ts'
import { withDatabase } from './command-database.ts'
import { CommandError, UsageError } from './command-error.ts'
import type { Command, CommandOption, Invocation } from './command.ts'

const options: Readonly<Record<string, CommandOption>> = {
  email: { type: 'string', value: '<e-mail>', help: 'whose account' },
  role: { type: 'string', value: '<role>', help: GRANTED_ROLES.join(' or ') },
}

/** Roles beside `user`: only here, with the database at hand, never by registering (SPEC U7). */
export const roleCommands: readonly Command[] = [
  {
    name: 'role grant',
    arguments: [],
    summary: 'Give an account a role',
    options,
    details: ['It counts from the next login on: a token carries the roles of its login.'],
    run: (invocation) =>
      changeRole(invocation, async (db, userId, role) => {
        const { grantRole } = await import('../accounts/account-repository.ts')
        return (await grantRole(db, userId, role)) ? `is ${role} from the next login on` : `was ${role} already`
      }),
  },
  {
    name: 'role revoke',
    arguments: [],
    summary: 'Take a role from an account',
    options,
    details: ['Tokens that were issued with the role end within 12 hours.'],
    run: (invocation) =>
      changeRole(invocation, async (db, userId, role) => {
        const { revokeRole } = await import('../accounts/account-repository.ts')
        return (await revokeRole(db, userId, role))
          ? `is not ${role} any more; tokens issued before end within 12 hours`
          : `was not ${role}`
      }),
  },
  {
    name: 'role list',
    arguments: [],
    summary: 'Accounts with roles',
    options: {},
    run: ({ settings }) =>
      withDatabase(settings, async (db) => {
        const { listGrants } = await import('../accounts/account-repository.ts')
        const grants = await listGrants(db)
        const lines = grants.map(({ email, role, grantedAt }) => `${email}  ${role}  since ${grantedAt.toISOString()}`)
        return { lines: lines.length === 0 ? ['nobody has a role'] : lines, json: grants }
      }),
  },
]

async function changeRole(
  { settings, required }: Invocation,
  change: (db: Db, userId: string, role: GrantedRole) => Promise<string>,
) {
  const typed = required('email')
  const role = GRANTED_ROLES.find((one) => one === required('role'))
  if (role === undefined) throw new UsageError(`--role must be ${GRANTED_ROLES.join(' or ')}`)
  return await withDatabase(settings, async (db) => {
    const { findAccount } = await import('../accounts/account-repository.ts')
    const { normalisedEmail } = await import('../accounts/email.ts')
    const email = normalisedEmail(typed)
    const account = email === undefined ? undefined : await findAccount(db, { email })
    if (account === undefined) throw new CommandError([`no account has the e-mail ${typed}; sign up first`])
    const became = await change(db, account.userId, role)
    return {
      lines: [`${account.email} ${became}`],
      json: { userId: account.userId, email: account.email, role, became },
    }
  })
}
