import type { Sample, Scrape } from '../../server/test/support/scrape.ts'

/** Counts of a Prometheus histogram by upper bound (cumulative, as they are served), all matching label sets added. */
export type Buckets = ReadonlyMap<number, number>

export function bucketsOf(scrape: Scrape, metric: string, matches: (sample: Sample) => boolean = () => true): Buckets {
  const buckets = new Map<number, number>()
  for (const sample of scrape.samples) {
    if (sample.name !== `seatcast_${metric}_bucket` || !matches(sample)) continue
    const bound = sample.labels['le'] === '+Inf' ? Infinity : Number(sample.labels['le'])
    buckets.set(bound, (buckets.get(bound) ?? 0) + sample.value)
  }
  return buckets
}

/** What was counted between two looks. */
export function bucketsSince(before: Buckets, now: Buckets): Buckets {
  return new Map([...now].map(([bound, count]) => [bound, count - (before.get(bound) ?? 0)]))
}

/**
 * The value below which `share` of the counted lie, by a straight line inside the bucket, as Prometheus estimates it; null
 * when nothing was counted. Above the highest bound it is that bound: "at least".
 */
export function bucketQuantile(buckets: Buckets, share: number): number | null {
  const sorted = [...buckets].toSorted(([a], [b]) => a - b)
  const total = sorted.at(-1)?.[1] ?? 0
  if (total <= 0) return null
  const wanted = share * total
  let [lower, below] = [0, 0]
  for (const [bound, count] of sorted) {
    if (count >= wanted) {
      if (bound === Infinity || count === below) return lower
      return lower + ((bound - lower) * (wanted - below)) / (count - below)
    }
    ;[lower, below] = [bound, count]
  }
  return lower
}
