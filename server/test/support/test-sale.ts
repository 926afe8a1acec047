import { randomUUID } from 'node:crypto'
import type { Layout } from '@seatcast/shared/domain/layout.ts'
import { createPerformance, type PerformanceToCreate } from '../../src/catalogue/create-performance.ts'
import { createShow } from '../../src/catalogue/show-repository.ts'
import { addLayout, createVenue, packLayout } from '../../src/catalogue/venue-repository.ts'
import { connectDatabase } from '../../src/database/client.ts'
import { straightRows } from './straight-rows.ts'

export interface TestSale extends Partial<PerformanceToCreate> {
  readonly rows?: number
  readonly seatsPerRow?: number
  /** Instead of straight rows of one category. */
  readonly layout?: Layout
  readonly status?: 'scheduled' | 'on_sale'
}

/** Stores a venue of straight rows, a show and a performance, on sale unless told otherwise; returns the performance's id. */
export async function createTestSale(databaseUrl: string, partitions: number, sale: TestSale = {}): Promise<string> {
  const { rows = 20, seatsPerRow = 25, layout = straightRows(rows, seatsPerRow), status = 'on_sale', ...given } = sale
  const createdBy = randomUUID()
  const database = connectDatabase({ databaseUrl, poolSize: 1 })
  const { db } = database
  try {
    const packed = await packLayout(layout, 'spec', Buffer.from('{}'))
    const venueId = await createVenue(db, { name: 'Test hall', createdBy })
    const added = await addLayout(db, venueId, packed, createdBy)
    if (added === undefined) throw new Error('the test venue is gone')
    const showId = await createShow(db, { titles: { en: 'Test show' }, createdBy })
    const id = await createPerformance(
      db,
      {
        showId,
        layoutId: added.layoutId,
        startsAt: new Date(Date.now() + 86_400_000),
        onSaleAt: null,
        holdSeconds: 60,
        paymentSeconds: 60,
        maxSeatsPerBuyer: 8,
        zones: [{ id: 'all', name: 'All', color: '#336699', price: 1_000, currency: 'EUR', categories: [0] }],
        createdBy,
        ...given,
      },
      partitions,
    )
    if (status === 'on_sale') await db.updateTable('performances').set({ status }).where('id', '=', id).execute()
    return id
  } finally {
    await database.close()
  }
}
