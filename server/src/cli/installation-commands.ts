import { isUuid, newId } from '../database/uuid.ts'
import { CommandError, UsageError } from './command-error.ts'
import type { Command } from './command.ts'

/** Lifetime of a token without --days. Source: a guess; a season of work. */
const TOKEN_DAYS = '90'

/** What an operator does beside the API: with the database and the secret at hand. */
export const installationCommands: readonly Command[] = [
  {
    name: 'migrate',
    arguments: [],
    summary: 'Bring the database (DATABASE_URL) to the newest schema',
    options: {},
    async run({ settings }) {
      if (settings.databaseUrl === undefined) throw new CommandError(['DATABASE_URL is not set'])
      // Loaded here: every other command starts faster without them.
      const { connectDatabase } = await import('../database/client.ts')
      const { migrate } = await import('../database/migrate.ts')
      const database = connectDatabase({ databaseUrl: settings.databaseUrl, poolSize: 1 })
      try {
        const applied = await migrate(database.db)
        return {
          lines: applied.length === 0 ? ['nothing to do'] : applied.map((name) => `applied ${name}`),
          json: { applied },
        }
      } catch (error) {
        const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
        throw new CommandError([error, cause].map((one) => (one instanceof Error ? one.message : String(one))))
      } finally {
        await database.close()
      }
    },
  },
  {
    name: 'token',
    arguments: [],
    summary: 'Print an access token, signed with TOKEN_SECRET',
    options: {
      role: { type: 'string', value: '<role>', help: 'organiser (default), staff or guest' },
      user: { type: 'string', value: '<uuid>', help: 'who it is for; default: somebody new' },
      days: { type: 'string', value: '<days>', help: `how long it is good for; default: ${TOKEN_DAYS}` },
    },
    async run(invocation) {
      const { tokenSecret } = invocation.settings
      if (tokenSecret === undefined || tokenSecret.length < 32) {
        throw new CommandError(['TOKEN_SECRET must be set to the secret of the nodes, at least 32 characters'])
      }
      const role = invocation.optional('role') ?? 'organiser'
      if (role !== 'organiser' && role !== 'staff' && role !== 'guest') {
        throw new UsageError('--role must be organiser, staff or guest')
      }
      const userId = invocation.optional('user') ?? newId()
      if (!isUuid(userId)) throw new UsageError('--user must be a UUID')
      const days = Number(invocation.optional('days') ?? TOKEN_DAYS)
      if (!(days > 0 && days <= 3_650)) throw new UsageError('--days must be a number up to 3650')
      const { accessTokens } = await import('../http/authentication.ts')
      const token = await accessTokens(tokenSecret).issueToken({ userId, role, seconds: Math.ceil(days * 86_400) })
      return { lines: [token], json: { token, userId, role, days } }
    },
  },
]
