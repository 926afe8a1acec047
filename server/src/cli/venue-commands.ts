import { readFile, writeFile } from 'node:fs/promises'
import {
  type ImportedVenue,
  type VenueDetail,
  type VenueList,
  type VenueLayout,
} from '@seatcast/shared/protocol/organiser.ts'
import { compareVenues, describeDifferences } from '../venues/compare-venues.ts'
import { importVenue, type VenueImport } from '../venues/import-venue.ts'
import { CommandError, UsageError } from './command-error.ts'
import type { Command } from './command.ts'
import { allPages } from './pages.ts'

export const venueCommands: readonly Command[] = [
  {
    name: 'venue check',
    arguments: ['<file>…'],
    summary: 'Read venue files (pretix plan or venue spec) without storing anything',
    options: {},
    async run({ arguments: files }) {
      const checked = await Promise.all(files.map(async (file) => ({ file, read: importVenue(await textOf(file)) })))
      const lines = checked.flatMap(({ file, read }) => (read.ok ? goodFile(file, read) : badFile(file, read)))
      const json = checked.map(({ file, read }) => ({ file, ...summary(read) }))
      if (checked.some(({ read }) => !read.ok)) throw new CommandError(lines, json)
      return { lines, json }
    },
  },
  {
    name: 'venue compare',
    arguments: ['<before>', '<after>'],
    summary: 'What changed between two venue files; ends with 1 when something did, like diff',
    options: {},
    async run({ arguments: [before = '', after = ''] }) {
      const [a, b] = [await readVenue(before), await readVenue(after)]
      const differences = compareVenues(a.layout, b.layout, { a: a.guids, b: b.guids })
      const lines = differences.same ? ['no differences'] : describeDifferences(differences)
      return { lines, json: differences, exitCode: differences.same ? 0 : 1 }
    },
  },
  {
    name: 'venue import',
    arguments: ['<file>'],
    summary: 'Store a venue, or with --venue a new layout version of one; prints its id',
    options: { venue: { type: 'string', value: '<id>', help: 'the venue that gets a new layout version' } },
    async run({ api, arguments: [file = ''], optional }) {
      const bytes = await bytesOf(file)
      const venue = optional('venue')
      const path = venue === undefined ? '/api/venues' : `/api/venues/${encodeURIComponent(venue)}/layouts`
      const imported = await api.upload<ImportedVenue>(path, bytes)
      const categories = imported.categories.map((category) => category.name).join(', ')
      return {
        lines: [
          imported.venueId,
          `  ${imported.name}, version ${imported.version}: ${imported.seatCount} seats in ${imported.sections} sections`,
          `  categories: ${categories}`,
          ...imported.guesses.map((guess) => `  guessed: ${guess}`),
        ],
        json: imported,
      }
    },
  },
  {
    name: 'venue export',
    arguments: ['<venue>'],
    summary: 'Write a venue file as it was imported, byte for byte',
    options: {
      out: { type: 'string', value: '<file>', help: 'where to; default: standard output' },
      format: { type: 'string', value: '<format>', help: 'pretix: a spec is written as a pretix plan' },
      version: { type: 'string', value: '<number>', help: 'default: the newest' },
    },
    async run({ api, arguments: [venue = ''], optional }) {
      const format = optional('format')
      if (format !== undefined && format !== 'pretix') throw new UsageError('--format can only be pretix')
      const query = new URLSearchParams({
        ...(format !== undefined && { format }),
        ...(optional('version') !== undefined && { version: optional('version') }),
      })
      const file = await api.download(`/api/venues/${encodeURIComponent(venue)}/export?${query}`)
      const out = optional('out')
      if (out === undefined) process.stdout.write(file)
      else await writeFile(out, file)
      return { lines: out === undefined ? [] : [`${out}: ${file.length} bytes`], json: { out, bytes: file.length } }
    },
  },
  {
    name: 'venue list',
    arguments: [],
    summary: 'Venues with their newest layouts; with --venue all layouts of one',
    options: { venue: { type: 'string', value: '<id>', help: 'only this one, with every version' } },
    async run({ api, optional }) {
      const id = optional('venue')
      if (id !== undefined) {
        const venue = await api.get<VenueDetail>(`/api/venues/${encodeURIComponent(id)}`)
        return { lines: [`${venue.id}  ${venue.name}`, ...venue.layouts.map(layoutLine)], json: venue }
      }
      const venues = await allPages<VenueList['venues'][number]>(async (query) => {
        const page = await api.get<VenueList>(`/api/venues${query}`)
        return { items: page.venues, nextCursor: page.nextCursor }
      })
      const lines = venues.flatMap((venue) => [`${venue.id}  ${venue.name}`, layoutLine(venue.layout)])
      return { lines: lines.length === 0 ? ['no venues yet'] : lines, json: venues }
    },
  },
]

const layoutLine = (layout: VenueLayout): string =>
  `  version ${layout.version} (${layout.format}): ${layout.seatCount} seats in ${layout.sections} sections; ${layout.categories.join(', ')}`

function goodFile(file: string, { format, layout, guesses }: VenueImport & { ok: true }): string[] {
  const kind = format === 'pretix' ? 'a pretix plan' : 'a venue spec'
  return [
    `${file}: ${kind}, ${layout.name}: ${layout.seats.x.length} seats in ${layout.sections.length} sections`,
    ...guesses.map((guess) => `  guessed: ${guess}`),
  ]
}

const badFile = (file: string, { errors }: VenueImport & { ok: false }): string[] => [
  `${file}: ${errors.length} ${errors.length === 1 ? 'error' : 'errors'}`,
  ...errors.map(({ path, message }) => `  ${path === '' ? '(whole)' : path}  ${message}`),
]

function summary(read: VenueImport): object {
  if (!read.ok) return { ok: false, errors: read.errors }
  const { layout, format, guesses } = read
  const categories = layout.categories.map(({ name }) => name)
  return {
    ok: true,
    format,
    name: layout.name,
    seatCount: layout.seats.x.length,
    sections: layout.sections.length,
    categories,
    guesses,
  }
}

async function readVenue(file: string): Promise<VenueImport & { ok: true }> {
  const read = importVenue(await textOf(file))
  if (!read.ok) throw new CommandError(badFile(file, read), { file, ...summary(read) })
  return read
}

const textOf = async (file: string): Promise<string> => (await bytesOf(file)).toString('utf8')

async function bytesOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    throw new CommandError([`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`])
  }
}
