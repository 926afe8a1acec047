import type { NewZone } from '@seatcast/shared/protocol/organiser.ts'
import { UsageError } from './command-error.ts'

/** Told apart by people with colour-blindness too. Source: Okabe and Ito's palette. */
const COLORS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#56b4e9', '#f0e442', '#7f7f7f']

const FIELDS = new Set(['name', 'price', 'color', 'categories', 'id'])

/**
 * A zone as typed: `name=Premium,price=9000,categories=Stalls A|Stalls B`. `categories` defaults to the one with the
 * zone's name, `color` to the next of a palette; the price is in minor units.
 */
export function zoneOf(text: string, place: number, currency: string): NewZone {
  const fields = new Map(
    text.split(',').map((pair): [string, string] => {
      const at = pair.indexOf('=')
      const name = pair.slice(0, at).trim()
      if (at < 1 || !FIELDS.has(name)) throw new UsageError(`--zone: ${pair} is none of ${[...FIELDS].join('=, ')}=`)
      return [name, pair.slice(at + 1).trim()]
    }),
  )
  const name = fields.get('name')
  const price = fields.get('price')
  if (name === undefined || price === undefined) throw new UsageError(`--zone: ${text} needs name= and price=`)
  const id = fields.get('id')
  return {
    ...(id !== undefined && { id }),
    name,
    price: Number(price),
    currency,
    color: fields.get('color') ?? COLORS[place % COLORS.length] ?? '#7f7f7f',
    categories: (fields.get('categories') ?? name)
      .split('|')
      .map((category) => (/^\d+$/.test(category) ? Number(category) : category)),
  }
}
