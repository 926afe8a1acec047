import type { GroupRule } from '@seatcast/shared/protocol/group.ts'
import { expect } from 'vitest'
import type { PlainPage } from './buyer-page.ts'
import { friendNamed, inGroup, makeGroup, membersShown, seating, shownSoon, visitAs, type Friend } from './friends.ts'
import type { RealSystem } from './real-system.ts'
import type { Sale } from './small-hall.ts'

/** One for each friend, in their order. */
export type Five<T> = readonly [T, T, T, T, T]
/** Called for every page that is opened. */
export type Watch = <P extends PlainPage>(page: P) => P

/** Five people, each with a browser profile of their own, on two nodes; two of them on phones, two of them Korean. */
export function fiveFriends(system: RealSystem): Promise<Five<Friend>> {
  return Promise.all([
    friendNamed(system, 'Ada', 0),
    friendNamed(system, 'Ben', 1),
    friendNamed(system, 'Cho', 1, { language: 'ko' }),
    friendNamed(system, 'Dee', 0, { phone: true }),
    friendNamed(system, '은지', 1, { phone: true, language: 'ko' }),
  ])
}

/** All five in one group, Ada its host, formed before the opening: one comes with the code, the others by the link. */
export async function gather(
  system: RealSystem,
  [ada, ben, ...others]: Five<Friend>,
  { sale, rule, watched }: { readonly sale: Sale; readonly rule: GroupRule; readonly watched: Watch },
): Promise<Five<PlainPage>> {
  const host = watched(await visitAs(system, ada, `/p/${sale.id}`))
  const { path, code } = await makeGroup(host.page, { size: 5, rule })
  await host.page.keyboard.press('Escape')
  const byCode = async (): Promise<PlainPage> => {
    const page = watched(await visitAs(system, ben, '/'))
    await page.page.locator('.code-field input').fill(code.toLowerCase())
    await page.page.locator('.code-field button').click()
    return page
  }
  const byLink = async (friend: Friend): Promise<PlainPage> => watched(await visitAs(system, friend, path))
  const [cho, dee, eun] = others
  const pages = [host, ...(await Promise.all([byCode(), byLink(cho), byLink(dee), byLink(eun)]))] as const
  for (const { page } of pages) {
    await inGroup(page, 'forming')
    await membersShown(page, 5)
    expect(new URL(page.url()).pathname).toBe(`/p/${sale.id}`)
  }
  return pages
}

/** Everybody is shown the same seats with the same people on them; these. */
export async function seatedAlike(pages: readonly PlainPage[], what: string): Promise<string[]> {
  const [first, ...others] = pages
  await shownSoon(what, async () => {
    const shown = first === undefined ? [] : await seating(first.page)
    const rest = await Promise.all(others.map(({ page }) => seating(page)))
    return shown.length > 0 && rest.every((one) => one.join() === shown.join())
  })
  return first === undefined ? [] : await seating(first.page)
}

/**
 * Dee's phone has no network and the second node is dead while something happens on the first; then both are back, and Cho
 * opens the page anew.
 */
export async function whileThingsFail(
  { cluster }: RealSystem,
  [, , cho, dee]: Five<PlainPage>,
  happens: () => Promise<unknown>,
): Promise<void> {
  await dee.context.setOffline(true)
  await cluster.nodes[1]?.kill()
  await happens()
  await dee.context.setOffline(false)
  await cluster.restartNode(1)
  await shownSoon('the node serves pages again', async () => (await fetch(cho.page.url())).ok)
  await cho.page.reload()
}
