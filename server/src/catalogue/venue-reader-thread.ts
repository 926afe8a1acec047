import { parentPort } from 'node:worker_threads'
import type { Layout } from '@seatcast/shared/domain/layout.ts'
import { exportPretix } from '../venues/export-pretix.ts'
import { importVenue } from '../venues/import-venue.ts'
import type { PathError } from './price-zones.ts'
import type { ReadVenue, VenueTask, VenueTaskResult } from './venue-reader.ts'
import { packLayout } from './venue-repository.ts'

/** A venue reader's thread: each task gets one answer. A fault ends the thread; its reader reports it and starts another. */
async function answer(task: VenueTask): Promise<void> {
  const result = await run(task)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  parentPort?.postMessage(result)
}

async function run(task: VenueTask): Promise<VenueTaskResult> {
  const { kind, file } = task
  if (kind === 'read') return { kind, venue: await readVenue(file) }
  const imported = importVenue(textOf(file) ?? '')
  if (!imported.ok) throw new Error('a stored venue file does not import any more')
  return { kind, file: new TextEncoder().encode(exportPretix(imported.layout)) }
}

async function readVenue(file: Uint8Array): Promise<ReadVenue> {
  const text = textOf(file)
  if (text === undefined) return { ok: false, errors: [{ path: '', message: 'the file is not UTF-8' }] }
  const imported = importVenue(text)
  if (!imported.ok) return imported
  const { layout, format, guesses } = imported
  const errors = unprintableNames(layout)
  if (errors.length > 0) return { ok: false, errors }
  const packed = await packLayout(layout, format, Buffer.from(file))
  return { ok: true, name: layout.name, packed, categories: layout.categories, guesses }
}

function textOf(file: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(file)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** What PostgreSQL cannot store, and a person cannot read, in the names that lists show. */
function unprintableNames(layout: Layout): PathError[] {
  const errors: PathError[] = []
  if (layout.name.length > NAME_LENGTH_MAX || layout.name.trim() === '' || !isPrintable(layout.name)) {
    errors.push({ path: '/name', message: `must be 1 to ${NAME_LENGTH_MAX} printable characters` })
  }
  for (const { id, name } of layout.categories) {
    if (!isPrintable(name)) errors.push({ path: `/categories/${id}/name`, message: 'must be printable characters' })
  }
  return errors
}

/** Source: the constraint venue_has_a_name. */
const NAME_LENGTH_MAX = 200

const isPrintable = (text: string): boolean => !/\p{Cc}/u.test(text) && text.isWellFormed()

parentPort?.on('message', (task: VenueTask) => void answer(task))
