import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterEach, expect } from 'vitest'
import type { PlainPage } from './buyer-page.ts'

/** Where tests leave what was on the screen, for people to look at; ignored by git. */
const PICTURES = join(import.meta.dirname, '../../../.seatcast/screenshots')

/**
 * Pages given to it are closed after the test; none of them may have had an error, or written one to its console.
 * Call it at the top of a file.
 */
export function watchedPages(): <P extends PlainPage>(page: P) => P {
  const open: PlainPage[] = []
  afterEach(async ({ task }) => {
    const pages = open.splice(0)
    if (task.result?.state === 'fail') await keepPictures(pages, task.name)
    await Promise.all(pages.map((page) => page.close()))
    expect(pages.flatMap(({ problems }) => problems)).toEqual([])
  })
  return (page) => {
    open.push(page)
    return page
  }
}

async function keepPictures(pages: readonly PlainPage[], test: string): Promise<void> {
  const name = test.replaceAll(/\W+/g, '-').slice(0, 60)
  await Promise.all(pages.map(({ page }, at) => keepPicture(page, `failed${name}-${at + 1}`)))
}

export async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true })
  await page.screenshot({ path: join(PICTURES, `${name}.png`) })
}
