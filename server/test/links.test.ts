import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')
const PAGES = globSync('**/*.md', { cwd: ROOT, exclude: ['**/node_modules/**', '.seatcast/**'] })
const LINK = /\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g

/** How GitHub makes an anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s-]/gu, '')
    .replaceAll(/\s/g, '-')

test.each(PAGES)('every link of %s leads somewhere', (page) => {
  const broken = [...readFileSync(join(ROOT, page), 'utf8').matchAll(LINK)].flatMap(([link, path = '', anchor]) => {
    const target = path === '' ? join(ROOT, page) : resolve(ROOT, dirname(page), path)
    if (!existsSync(target)) return [link]
    if (anchor === undefined) return []
    const anchors = [...readFileSync(target, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      anchorOf(heading),
    )
    return anchors.includes(anchor) ? [] : [link]
  })
  expect(broken).toEqual([])
})
