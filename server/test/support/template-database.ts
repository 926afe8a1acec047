import { Client } from 'pg'
import { connectDatabase } from '../../src/database/client.ts'
import { migrate } from '../../src/database/migrate.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The run's PostgreSQL server (its database `postgres`). */
    postgresUrl: string
  }
}

/** The database that every test database is a clone of. */
export const TEMPLATE = 'seatcast_template'

/** Makes the template on the server: an empty database with all migrations applied. */
export async function createTemplateDatabase(server: string): Promise<void> {
  const client = new Client(server)
  await client.connect()
  await client.query(`create database ${TEMPLATE}`)
  await client.end()
  const database = connectDatabase({ databaseUrl: server.replace(/\/postgres$/, `/${TEMPLATE}`) })
  try {
    await migrate(database.db)
  } finally {
    await database.close() // a database that somebody is connected to cannot be cloned
  }
}
