import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runLoad } from './run-load.ts'

const directory = mkdtempSync(join(tmpdir(), 'seatcast-run-load-'))
const server = createServer((_request, response) => response.writeHead(404).end('{"code":"NOT_FOUND"}'))
afterAll(() => {
  server.close()
  rmSync(directory, { recursive: true, force: true })
})

/** A k6 that says its version, runs nothing, and is gone after its first run. */
const K6_OF_ONE_RUN = `#!/bin/sh
if [ "$1" = version ]; then echo 'k6 v1.8.1 (a fake)'; else rm "$0"; exit 107; fi
`

test.skipIf(process.platform === 'win32')(
  'a scenario that cannot even be begun takes nothing from those before: result and report are there',
  async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const k6 = join(directory, 'k6')
    writeFileSync(k6, K6_OF_ONE_RUN, { mode: 0o755 })
    const scenario = { file: '', story: '', knobs: [], mixesUsers: false, server: {} }
    const told: string[] = []
    const load = runLoad({
      scenario: 'all',
      scenarios: [
        { ...scenario, name: 'first' },
        { ...scenario, name: 'second' },
      ],
      options: {
        quick: false,
        users: null,
        knobs: {},
        workers: 1,
        out: directory,
        remoteWrite: false,
        dashboard: false,
      },
      env: {
        K6_BIN: k6,
        SEATCAST_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        SEATCAST_ORGANISER_TOKEN: 'token',
      },
      signal: new AbortController().signal,
      tell: (line) => told.push(line),
    })
    await expect(load).rejects.toThrow(/ENOENT/)
    const left = (ending: string) => readdirSync(directory).filter((file) => file.endsWith(ending))
    expect(left('.json')).toEqual([expect.stringMatching(/^first-/)])
    expect(left('.html')).toEqual([expect.stringMatching(/^all-/)])
    expect(readFileSync(join(directory, left('.html')[0] ?? ''), 'utf8')).toContain('k6 could not run the scenario')
    expect(told.at(-1)).toMatch(/Report: /)
  },
)
