import { readFile } from 'node:fs/promises'
import type { Layout } from '@seatcast/shared/domain/layout.ts'
import type { PerformanceDetail } from '@seatcast/shared/protocol/http.ts'
import { BLOCK_SEATS_MAX, type PerformanceChange } from '@seatcast/shared/protocol/organiser.ts'
import type { ApiClient } from './api-client.ts'
import { CommandError, UsageError } from './command-error.ts'
import type { Command, Invocation, Outcome } from './command.ts'
import { momentOf } from './moment.ts'
import { seatName, seatsNamed } from './seat-names.ts'
import { everyShow } from './show-commands.ts'
import { inWords, money } from './words.ts'
import { zoneOf } from './zone-option.ts'

type Changed = PerformanceDetail & { readonly epoch: number; readonly revision: number }

const pathOf = (id: string): string => `/api/performances/${encodeURIComponent(id)}`

export const performanceCommands: readonly Command[] = [
  {
    name: 'performance create',
    arguments: [],
    summary: 'Create a performance; prints its id',
    details: ['A zone: name=Premium,price=9000,categories=Stalls A|Stalls B (price in minor units; color=#rrggbb).'],
    options: {
      show: { type: 'string', value: '<id>', help: 'the show' },
      venue: { type: 'string', value: '<id>', help: 'the venue; its newest layout is used' },
      starts: { type: 'string', value: '<moment>', help: 'ISO 8601 with a zone, or from now on: +30d' },
      'on-sale': { type: 'string', value: '<moment>', help: 'opens by itself then: ISO 8601, now, or +15m' },
      zone: { type: 'string', value: '<zone>', multiple: true, help: 'once for each price zone, in order' },
      zones: { type: 'string', value: '<file>', help: 'instead: a JSON array of zones as in the API' },
      currency: { type: 'string', value: '<code>', help: 'ISO 4217; default: EUR' },
      'hold-seconds': { type: 'string', value: '<seconds>', help: 'default: 600' },
      'payment-seconds': { type: 'string', value: '<seconds>', help: 'default: 900' },
      'group-hold-seconds': { type: 'string', value: '<seconds>', help: "of a group's hold; default: 480" },
      'max-seats': { type: 'string', value: '<seats>', help: 'one buyer may have; default: 8' },
    },
    async run(invocation) {
      const { required, optional, api } = invocation
      const onSale = optional('on-sale')
      const created = await api.send<PerformanceDetail>('POST', '/api/performances', {
        showId: required('show'),
        venueId: required('venue'),
        startsAt: momentOf(required('starts'), 'starts'),
        ...(onSale !== undefined && { onSaleAt: momentOf(onSale, 'on-sale') }),
        zones: await zonesOf(invocation),
        holdSeconds: Number(optional('hold-seconds') ?? 600),
        paymentSeconds: Number(optional('payment-seconds') ?? 900),
        groupHoldSeconds: Number(optional('group-hold-seconds') ?? 480),
        maxSeatsPerBuyer: Number(optional('max-seats') ?? 8),
      })
      return { lines: [created.id], json: created }
    },
  },
  {
    name: 'performance list',
    arguments: [],
    summary: 'Every performance: its sale, opening and free seats; newest show first',
    options: {
      status: { type: 'string', value: '<status>', help: 'only these: scheduled, on_sale, paused or closed' },
    },
    async run({ api, optional }) {
      const status = optional('status')
      const performances = (await everyShow(api))
        .flatMap(({ id, title, performances: own }) => own.map((one) => ({ ...one, show: { id, title } })))
        .filter((one) => status === undefined || one.status === status)
      const lines = performances.map(
        (one) =>
          `${one.id}  ${one.show.title}, ${one.startsAt}  ${one.status}${inWords(one)}  ${one.availableCount} of ${one.seatCount} free`,
      )
      return { lines: lines.length === 0 ? ['no performances'] : lines, json: performances }
    },
  },
  {
    name: 'performance show',
    arguments: ['<performance>'],
    summary: 'A performance: its sale, seats and zones',
    options: {},
    async run({ api, arguments: [id = ''] }) {
      const performance = await api.get<PerformanceDetail>(pathOf(id))
      return { lines: describe(performance), json: performance }
    },
  },
  changing('open', 'Open the sale now', () => ({ status: 'on_sale' })),
  changing('pause', 'Pause the sale: nothing more can be held', () => ({ status: 'paused' })),
  changing('resume', 'Go on with a paused sale', () => ({ status: 'on_sale' })),
  changing('close', 'Close the sale for good', () => ({ status: 'closed' })),
  {
    ...changing('schedule', 'Let a scheduled sale open by itself', ({ required }) => {
      const at = required('at')
      return { onSaleAt: at === 'never' ? null : momentOf(at, 'at') }
    }),
    options: { at: { type: 'string', value: '<moment>', help: 'ISO 8601 with a zone, +15m, or never' } },
  },
  seatCommand('block', 'Take seats off sale; none of them may be held or sold'),
  seatCommand('unblock', 'Put blocked seats on sale again'),
]

function changing(verb: string, summary: string, change: (invocation: Invocation) => PerformanceChange): Command {
  return {
    name: `performance ${verb}`,
    arguments: ['<performance>'],
    summary,
    options: {},
    async run(invocation): Promise<Outcome> {
      const [id = ''] = invocation.arguments
      const changed = await invocation.api.send<Changed>('PATCH', pathOf(id), change(invocation))
      return { lines: describe(changed), json: changed }
    },
  }
}

function seatCommand(verb: 'block' | 'unblock', summary: string): Command {
  return {
    name: `performance ${verb}`,
    arguments: ['<performance>', '<seat>…'],
    summary,
    details: ['A seat: Section/Row/Number as printed, or its index.'],
    options: {},
    async run({ api, arguments: [id = '', ...named] }) {
      const layout = await layoutOf(api, id)
      const seats = seatsNamed(layout, named)
      if (seats.length > BLOCK_SEATS_MAX) throw new UsageError(`at most ${BLOCK_SEATS_MAX} seats at once`)
      try {
        const changed = await api.send<Changed>('PATCH', pathOf(id), { [verb]: seats })
        return { lines: [`${verb}ed ${seats.length}: ${changed.availableCount} seats are free`], json: changed }
      } catch (error) {
        if (!(error instanceof CommandError)) throw error
        throw withSeatNames(error, layout)
      }
    },
  }
}

/** People know seats by their names, refusals by their indexes. */
function withSeatNames(error: CommandError, layout: Layout): CommandError {
  const taken = (error.json as { seats?: readonly number[] }).seats
  if (taken === undefined) return error
  return new CommandError([...error.lines, ...taken.map((seat) => `  ${seat}  ${seatName(layout, seat)}`)], error.json)
}

async function layoutOf(api: ApiClient, id: string): Promise<Layout> {
  const { layoutUrl } = await api.get<PerformanceDetail>(pathOf(id))
  return await api.get<Layout>(layoutUrl)
}

async function zonesOf({ optional, several }: Invocation): Promise<unknown> {
  const file = optional('zones')
  if (file === undefined) {
    const typed = several('zone')
    if (typed.length === 0) throw new UsageError('--zone (or --zones <file>) is missing; --help says more')
    const currency = optional('currency') ?? 'EUR'
    return typed.map((zone, place) => zoneOf(zone, place, currency))
  }
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown
  } catch (error) {
    throw new CommandError([`${file}: ${error instanceof Error ? error.message : String(error)}`])
  }
}

function describe(performance: PerformanceDetail): string[] {
  return [
    `${performance.id}  ${performance.show.title}, ${performance.startsAt}`,
    `  ${performance.status}${inWords(performance)}; ${performance.availableCount} of ${performance.seatCount} seats free`,
    `  held for ${performance.holdSeconds} s, paid within ${performance.paymentSeconds} s, at most ${performance.maxSeatsPerBuyer} a buyer`,
    ...performance.zones.map(
      (zone) =>
        `  zone ${zone.id}: ${zone.name}, ${money(zone.price, zone.currency)}, categories ${zone.categories.join(', ')}`,
    ),
  ]
}
