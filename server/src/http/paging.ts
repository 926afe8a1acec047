import { type Static, Type } from 'typebox'

/** Items on a page without `limit`. Source: a guess; one screen. */
const LIMIT = 20
/** Source: a guess at what one answer should weigh. */
const LIMIT_MAX = 100

/** Query of every list: `cursor` is the `nextCursor` of the page before. */
export const Page = Type.Object({
  cursor: Type.Optional(Type.String({ format: 'uuid' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMIT_MAX })),
})
export type Page = Static<typeof Page>

/** Reads one item more than shown, to know whether there is a next page. */
export async function onePage<Item extends { readonly id: string }>(
  page: Page,
  read: (page: { limit: number; before: string | undefined }) => Promise<Item[]>,
): Promise<{ items: Item[]; nextCursor: string | null }> {
  const limit = page.limit ?? LIMIT
  const found = await read({ limit: limit + 1, before: page.cursor })
  const items = found.slice(0, limit)
  return { items, nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null }
}
