/** One line of Prometheus's text. */
export interface Sample {
  /** As declared: of a histogram without `_bucket`, `_sum` and `_count`. */
  readonly metric: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Scrape {
  readonly samples: readonly Sample[]
  /** The sample of `seatcast_<name>` with these labels, 0 when there is none yet. Fails when several have them. */
  value(name: string, labels?: Readonly<Record<string, string>>): number
}

/** Reads a `/metrics` page; `patienceMs`: how long it may take. */
export async function scrape(url: string, patienceMs = 30_000): Promise<Scrape> {
  const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs) })
  if (!response.ok) throw new Error(`no metrics: ${response.status}`)
  const text = await response.text()
  const samples = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(sampleOf)
  return {
    samples,
    value(name, labels = {}) {
      const found = samples.filter(
        (sample) =>
          sample.name === `seatcast_${name}` &&
          Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
      )
      if (found.length > 1) throw new Error(`${found.length} samples of ${name} with ${JSON.stringify(labels)}`)
      return found[0]?.value ?? 0
    },
  }
}

function sampleOf(line: string): Sample {
  const groups = /^(?<name>\w+)(?:\{(?<labels>.*)\})? (?<value>\S+)$/.exec(line)?.groups
  if (groups === undefined) throw new Error(`not a sample: ${line}`)
  const { name = '', labels = '', value } = groups
  return {
    name,
    metric: name.replace(/_(bucket|sum|count)$/, ''),
    labels: Object.fromEntries(Array.from(labels.matchAll(/(\w+)="([^"]*)"/g), ([, label, text]) => [label, text])),
    value: Number(value),
  }
}
