import { sql } from 'kysely'
import { connectDatabase } from '../../src/database/client.ts'

/** What happens to a performance's groups behind the servers' backs: nobody is told. */
export interface BehindGroups {
  /** Their payment has so many seconds left: no test has to wait for its end. */
  hurry(performanceId: string, seconds: number): Promise<void>
  /** As a worker leaves it that dies between the commit and the push. */
  setSize(performanceId: string, size: number): Promise<void>
  close(): Promise<void>
}

export function behindGroups(databaseUrl: string): BehindGroups {
  const { db, close } = connectDatabase({ databaseUrl, poolSize: 1 })
  return {
    async hurry(performanceId, seconds) {
      const end = sql`date_trunc('milliseconds', now()) + make_interval(secs => ${seconds})`
      await db.transaction().execute(async (trx) => {
        await sql`update groups set pay_until = ${end} where performance_id = ${performanceId}`.execute(trx)
        await sql`update orders set deadline_at = ${end}
          where performance_id = ${performanceId} and group_id is not null and status in ('pending', 'authorized')`.execute(
          trx,
        )
      })
    },
    async setSize(performanceId, size) {
      await sql`update groups set size = ${size}, version = version + 1
        where performance_id = ${performanceId}`.execute(db)
    },
    close,
  }
}
