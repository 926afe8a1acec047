/** One thing wrong with a file: where (a JSON pointer, RFC 6901) and what, in a sentence for the person who wrote it. */
export interface Fault {
  readonly path: string
  readonly message: string
}

/** A place in a JSON value; linked, so that a pointer is only written out when something is wrong there. */
export interface Place {
  readonly parent: Place | null
  readonly key: string | number
}

export const ROOT: Place = { parent: null, key: '' }

export function inside(parent: Place, key: string | number): Place {
  return { parent, key }
}

/** Faults listed of one file; the rest is counted. Source: a guess at what a person reads. */
export const FAULTS_LISTED_MAX = 200

/** Collects every fault of a file; lists the first FAULTS_LISTED_MAX and counts the others. */
export class Faults {
  readonly #listed: Fault[] = []
  #count = 0

  get count(): number {
    return this.#count
  }

  add(place: Place, message: string): void {
    this.#count += 1
    if (this.#listed.length < FAULTS_LISTED_MAX) this.#listed.push({ path: pointer(place), message })
  }

  list(): Fault[] {
    const hidden = this.#count - this.#listed.length
    if (hidden === 0) return [...this.#listed]
    return [...this.#listed, { path: '', message: `${hidden} more errors are not listed` }]
  }
}

/** The JSON pointer of a place; the root is `''`. A key longer than 80 characters is cut. */
export function pointer(place: Place): string {
  const keys: string[] = []
  for (let at: Place = place; at.parent !== null; at = at.parent) {
    const key = String(at.key).slice(0, 80)
    keys.push(key.replaceAll('~', '~0').replaceAll('/', '~1'))
  }
  return keys
    .toReversed()
    .map((key) => `/${key}`)
    .join('')
}
