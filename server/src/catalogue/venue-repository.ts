import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { Layout } from '@seatcast/shared/domain/layout.ts'
import { sql } from 'kysely'
import type { Db } from '../database/client.ts'
import { isUuid, newId } from '../database/uuid.ts'

const pack = promisify(gzip)
const unpack = promisify(gunzip)

export type SourceFormat = 'pretix' | 'spec'

/** An imported file and what it means, ready to store: packing happens outside of a transaction. */
export interface PackedLayout {
  readonly format: SourceFormat
  readonly seatCount: number
  readonly sectionCount: number
  readonly categoryNames: readonly string[]
  /** gzip of the Layout's JSON. */
  readonly document: Buffer
  readonly documentSha256: Buffer
  /** gzip of the file, byte for byte (V1). */
  readonly source: Buffer
}

export async function packLayout(layout: Layout, format: SourceFormat, source: Buffer): Promise<PackedLayout> {
  const json = Buffer.from(JSON.stringify(layout))
  const [document, packedSource] = await Promise.all([pack(json), pack(source)])
  return {
    format,
    seatCount: layout.seats.x.length,
    sectionCount: layout.sections.length,
    categoryNames: layout.categories.map((category) => category.name),
    document,
    documentSha256: createHash('sha256').update(json).digest(),
    source: packedSource,
  }
}

export async function createVenue(db: Db, venue: { name: string; createdBy: string }): Promise<string> {
  const id = newId()
  await db.insertInto('venues').values({ id, name: venue.name, created_by: venue.createdBy }).execute()
  return id
}

/** Adds the venue's next layout version (V3); undefined when there is no such venue. */
export async function addLayout(
  db: Db,
  venueId: string,
  layout: PackedLayout,
  createdBy: string,
): Promise<{ layoutId: string; version: number } | undefined> {
  if (!isUuid(venueId)) return undefined
  // The lock lets two imports at once get two versions.
  const venue = await db.selectFrom('venues').select('id').where('id', '=', venueId).forUpdate().executeTakeFirst()
  if (venue === undefined) return undefined
  const id = newId()
  const { version } = await db
    .insertInto('layouts')
    .values({
      id,
      venue_id: venueId,
      version: sql<number>`(select coalesce(max(version), 0) + 1 from layouts where venue_id = ${venueId})`,
      seat_count: layout.seatCount,
      section_count: layout.sectionCount,
      category_names: [...layout.categoryNames],
      document: layout.document,
      document_sha256: layout.documentSha256,
      source_format: layout.format,
      source: layout.source,
      created_by: createdBy,
    })
    .returning('version')
    .executeTakeFirstOrThrow()
  return { layoutId: id, version }
}

/** A layout as it is served: gzip'd JSON and its ETag's hash. */
export async function findLayoutDocument(
  db: Db,
  venueId: string,
  version: number,
): Promise<{ document: Buffer; sha256: Buffer } | undefined> {
  if (!isUuid(venueId)) return undefined
  return await db
    .selectFrom('layouts')
    .select(['document', 'document_sha256 as sha256'])
    .where('venue_id', '=', venueId)
    .where('version', '=', version)
    .executeTakeFirst()
}

/** The imported file as it came (V1), the newest version without one named. */
export async function findVenueSource(
  db: Db,
  venueId: string,
  version?: number,
): Promise<{ source: Buffer; format: SourceFormat; version: number } | undefined> {
  if (!isUuid(venueId)) return undefined
  const row = await db
    .selectFrom('layouts')
    .select(['source', 'source_format', 'version'])
    .where('venue_id', '=', venueId)
    .$if(version !== undefined, (query) => query.where('version', '=', version ?? 0))
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && { source: await unpack(row.source), format: row.source_format, version: row.version }
}

/** What a list says about a layout, without its document. */
export interface LayoutSummary {
  readonly id: string
  readonly venueId: string
  readonly version: number
  readonly format: SourceFormat
  readonly seatCount: number
  readonly sectionCount: number
  readonly categoryNames: readonly string[]
  readonly createdAt: Date
}

/** Newest first; at most `limit`. `version`: only that one. */
export async function listLayouts(
  db: Db,
  venueId: string,
  page: { readonly limit: number; readonly version?: number | undefined },
): Promise<LayoutSummary[]> {
  if (!isUuid(venueId)) return []
  return await layoutSummaries(db)
    .where('venue_id', '=', venueId)
    .$if(page.version !== undefined, (query) => query.where('version', '=', page.version ?? 0))
    .orderBy('version', 'desc')
    .limit(page.limit)
    .execute()
}

export async function findVenueName(db: Db, venueId: string): Promise<string | undefined> {
  if (!isUuid(venueId)) return undefined
  const row = await db.selectFrom('venues').select('name').where('id', '=', venueId).executeTakeFirst()
  return row?.name
}

/** Newest first, each with its newest layout; `before`: the last id of the page before. */
export async function listVenues(
  db: Db,
  page: { readonly limit: number; readonly before?: string | undefined },
): Promise<{ id: string; name: string; layout: LayoutSummary }[]> {
  const venues = await db
    .selectFrom('venues')
    .select(['id', 'name'])
    .$if(page.before !== undefined, (query) => query.where('id', '<', page.before ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute()
  if (venues.length === 0) return []
  const layouts = await layoutSummaries(db)
    .distinctOn('venue_id')
    .where(
      'venue_id',
      'in',
      venues.map((venue) => venue.id),
    )
    .orderBy('venue_id')
    .orderBy('version', 'desc')
    .execute()
  const newest = new Map(layouts.map((layout) => [layout.venueId, layout]))
  return venues.flatMap((venue) => {
    const layout = newest.get(venue.id)
    return layout === undefined ? [] : [{ ...venue, layout }]
  })
}

function layoutSummaries(db: Db) {
  return db
    .selectFrom('layouts')
    .select(['id', 'venue_id as venueId', 'version', 'source_format as format', 'seat_count as seatCount'])
    .select(['section_count as sectionCount', 'category_names as categoryNames', 'created_at as createdAt'])
}
