import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { inject } from 'vitest'
import { TEMPLATE } from './template-database.ts'

export interface TestDatabase {
  readonly url: string
  drop(): Promise<void>
}

/** A database of one's own with all migrations applied: a clone of the run's template. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = inject('postgresUrl')
  const name = `test_${randomBytes(6).toString('hex')}`
  await execute(server, `create database ${name} template ${TEMPLATE}`)
  return {
    url: server.replace(/\/postgres$/, `/${name}`),
    drop: () => execute(server, `drop database ${name} with (force)`),
  }
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client(url)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
