import { signal } from '@preact/signals'
import type { PerformanceDetail } from '@seatcast/shared/protocol/http.ts'
import { LoadError, readLayout } from '../../connection/api.ts'
import { language } from '../../i18n/language.ts'
import { layoutNames } from '../../i18n/layout-names.ts'

/** By layout URL: what its sections are called. */
const known = signal<ReadonlyMap<string, (name: string) => string>>(new Map())
const asked = new Set<string>()

/**
 * What a hall's sections are called in the language in use. Only Korean needs the layout, which the visit that placed the
 * order has left in the browser's cache. Reads signals: a component that calls it follows.
 */
export function hallNames(performance: PerformanceDetail | null): (name: string) => string {
  if (performance === null || language.value !== 'ko') return asItIs
  const { layoutUrl } = performance
  if (!asked.has(layoutUrl)) {
    asked.add(layoutUrl)
    void read(layoutUrl)
  }
  return known.value.get(layoutUrl) ?? asItIs
}

const asItIs = (name: string): string => name

async function read(layoutUrl: string): Promise<void> {
  try {
    const layout = await readLayout(layoutUrl, () => undefined)
    known.value = new Map(known.peek()).set(layoutUrl, layoutNames(layout))
  } catch (error) {
    if (!(error instanceof LoadError)) throw error
    // Shown by the layout's own names; the next look asks again.
    asked.delete(layoutUrl)
  }
}
