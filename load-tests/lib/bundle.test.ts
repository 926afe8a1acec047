import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { CLONE } from '../../server/dev/clone.ts'
import { BUNDLE, bundled, DECLARATIONS, declared } from './bundle.ts'
import { readmeExample } from './test/readme-example.ts'

test('the committed bundle is what its sources make: else npm run load:bundle', async () => {
  expect(readFileSync(BUNDLE, 'utf8')).toBe(await bundled())
  expect(readFileSync(DECLARATIONS, 'utf8')).toBe(declared())
})

test("the README's example and the two files are all that an empty project needs: strict TypeScript finds no fault", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'seatcast-copied-'))
  try {
    for (const file of [BUNDLE, DECLARATIONS]) copyFileSync(file, join(folder, basename(file)))
    mkdirSync(join(folder, 'node_modules', '@types'), { recursive: true })
    symlinkSync(join(CLONE, 'load-tests/node_modules/@types/k6'), join(folder, 'node_modules/@types/k6'))
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: STRICT, include: ['*.ts'] }))
    writeFileSync(join(folder, 'example.ts'), readmeExample())
    expect(await check(folder)).toBe('')
    // The types are there, not `any`.
    writeFileSync(join(folder, 'example.ts'), readmeExample().replace("ask('quote', 'ACME')", "ask('quote', 7)"))
    expect(await check(folder)).toMatch(/example\.ts.*not assignable to parameter of type 'string'/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

const STRICT = {
  strict: true,
  noEmit: true,
  module: 'nodenext',
  target: 'es2024',
  lib: ['es2024'],
  types: ['k6'],
} as const

/** What the compiler has to say. */
const check = (folder: string): Promise<string> =>
  promisify(execFile)(join(CLONE, 'node_modules/.bin/tsc'), ['-p', folder]).then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  )
