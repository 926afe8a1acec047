import type { CategoryIndex } from '@seatcast/shared/domain/ids.ts'
import type { NewZone } from '@seatcast/shared/protocol/organiser.ts'
import type { Zone } from './performance.ts'

export interface PathError {
  readonly path: string
  readonly message: string
}

export type CheckedZones =
  { readonly ok: true; readonly zones: readonly Zone[] } | { readonly ok: false; readonly errors: readonly PathError[] }

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'))

/** Resolves an organiser's zones against a layout's categories (undefined: no layout to compare with); every mistake with its path. */
export function checkZones(zones: readonly NewZone[], categoryNames: readonly string[] | undefined): CheckedZones {
  const errors: PathError[] = []
  const zoneIds = new Set<string>()
  const zoneOfCategory = new Map<CategoryIndex, number>()
  const currency = zones[0]?.currency
  const checked = zones.map((zone, place): Zone => {
    const path = `/zones/${place}`
    const id = zone.id ?? `zone-${place + 1}`
    if (zoneIds.has(id)) errors.push({ path: `${path}/id`, message: `another zone is called ${id}` })
    zoneIds.add(id)
    if (!CURRENCIES.has(zone.currency)) {
      errors.push({ path: `${path}/currency`, message: `${zone.currency} is not a currency of ISO 4217` })
    } else if (zone.currency !== currency) {
      errors.push({ path: `${path}/currency`, message: `zones of one performance share a currency, ${currency}` })
    }
    const categories = zone.categories.flatMap((given, at) => {
      if (categoryNames === undefined) return []
      const found = categoryOf(given, categoryNames)
      if (typeof found === 'string') {
        errors.push({ path: `${path}/categories/${at}`, message: found })
        return []
      }
      const taken = zoneOfCategory.get(found)
      if (taken !== undefined) {
        const where = taken === place ? 'is named twice' : `is in zone ${taken} already`
        errors.push({ path: `${path}/categories/${at}`, message: `category ${categoryNames[found]} ${where}` })
        return []
      }
      zoneOfCategory.set(found, place)
      return [found]
    })
    const { name, color, price } = zone
    return {
      id,
      name,
      color: color.toLowerCase(),
      price,
      currency: zone.currency,
      categories: categories.toSorted((a, b) => a - b),
    }
  })
  return errors.length > 0 ? { ok: false, errors } : { ok: true, zones: checked }
}

/** The category's index, or what is wrong with it. */
function categoryOf(given: number | string, names: readonly string[]): CategoryIndex | string {
  if (typeof given === 'number') {
    return given < names.length ? given : `the layout has no category ${given}, only 0 to ${names.length - 1}`
  }
  const first = names.indexOf(given)
  if (first === -1) return `the layout has no category of this name; it has ${names.slice(0, 20).join(', ')}`
  return names.includes(given, first + 1) ? 'several categories have this name; give the index' : first
}
