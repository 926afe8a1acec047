import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { BUNDLE, bundled } from './bundle.ts'

test('the committed bundle is what its sources make: else npm run load:bundle', async () => {
  expect(readFileSync(BUNDLE, 'utf8')).toBe(await bundled())
})
