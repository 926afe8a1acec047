import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startPostgres } from '../../dev/postgres.ts'
import { createTemplateDatabase } from './template-database.ts'

interface TestServer {
  readonly url: string
  end(): Promise<void>
}

// Vitest loads this file once per project; the projects of a run share one server through the process.
const run = globalThis as { seatcastPostgres?: { readonly server: Promise<TestServer>; users: number } }

/** One PostgreSQL for the run, started for the first project that needs it and ended after the last. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  run.seatcastPostgres ??= { server: startTestServer(), users: 0 }
  const shared = run.seatcastPostgres
  shared.users += 1
  project.provide('postgresUrl', (await shared.server).url)
  return async () => {
    shared.users -= 1
    if (shared.users > 0) return
    delete run.seatcastPostgres
    await (await shared.server).end()
  }
}

async function startTestServer(): Promise<TestServer> {
  const directory = mkdtempSync(join(tmpdir(), 'seatcast-postgres-'))
  const postgres = await startPostgres({ directory, password: 'tests', durability: 'tests' })
  const end = async () => {
    await postgres.stop()
    rmSync(directory, { recursive: true, force: true })
  }
  try {
    await createTemplateDatabase(postgres.url)
  } catch (error) {
    await end()
    throw error
  }
  return { url: postgres.url, end }
}
