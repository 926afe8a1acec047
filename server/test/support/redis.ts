import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { type RunningRedis, startRedis } from '../../dev/redis.ts'

/**
 * A private Redis for a test file, empty, without persistence, ended after the file's tests.
 * Call it at the top of the file: `const redis = await testRedis()`.
 */
export async function testRedis(): Promise<RunningRedis> {
  const directory = mkdtempSync(join(tmpdir(), 'seatcast-redis-'))
  const redis = await startRedis({ directory, persistence: 'none' })
  afterAll(async () => {
    await redis.stop()
    rmSync(directory, { recursive: true, force: true })
  })
  return redis
}
