/** Pages a list is followed over. Source: a guess; 100 pages of 100 are more than a terminal shows. */
const PAGES_MAX = 100

/** Every item of a paged list. `read` gets the query to append. */
export async function allPages<Item>(
  read: (query: string) => Promise<{ items: readonly Item[]; nextCursor: string | null }>,
): Promise<Item[]> {
  const items: Item[] = []
  let query = '?limit=100'
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { items: more, nextCursor } = await read(query)
    items.push(...more)
    if (nextCursor === null) return items
    query = `?limit=100&cursor=${encodeURIComponent(nextCursor)}`
  }
  return items
}
