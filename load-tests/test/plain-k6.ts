import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exited } from '../../server/dev/child-process.ts'
import { CLONE } from '../../server/dev/clone.ts'
import type { LoadSummary } from '../lib/seatcast/load-summary.ts'
import { findK6 } from '../run/find-k6.ts'

/** A scenario as somebody runs it who has only k6: `k6 run load-tests/scenarios/<name>.ts`. */
export async function plainK6(
  scenario: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly exitCode: number | null; readonly output: string; readonly summary: LoadSummary | null }> {
  const directory = mkdtempSync(join(tmpdir(), 'seatcast-plain-k6-'))
  const summaryFile = join(directory, 'summary.json')
  try {
    // Without its control server: of two at once, the second would not get its port.
    const args = ['run', '--quiet', '--no-usage-report', '--address', '', `load-tests/scenarios/${scenario}.ts`]
    const child = spawn(findK6()?.path ?? 'k6', args, {
      cwd: CLONE,
      env: { ...process.env, ...env, SUMMARY_PATH: summaryFile },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    await exited(child)
    const summary = existsSync(summaryFile) ? (JSON.parse(readFileSync(summaryFile, 'utf8')) as LoadSummary) : null
    return { exitCode: child.exitCode, output, summary }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
