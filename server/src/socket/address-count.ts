/** Connections of this worker by hashed address. */
export class AddressCount {
  readonly #counts = new Map<string, number>()

  of(addressHash: string): number {
    return this.#counts.get(addressHash) ?? 0
  }

  add(addressHash: string): void {
    this.#counts.set(addressHash, this.of(addressHash) + 1)
  }

  remove(addressHash: string): void {
    const left = this.of(addressHash) - 1
    if (left > 0) this.#counts.set(addressHash, left)
    else this.#counts.delete(addressHash)
  }

  /** Addresses with `least` connections or more, at most `most` of them: those with the most connections. */
  busiest(least: number, most: number): Readonly<Record<string, number>> {
    const busy = [...this.#counts].filter(([, count]) => count >= least)
    const told = busy.length <= most ? busy : busy.toSorted(([, one], [, other]) => other - one).slice(0, most)
    return Object.fromEntries(told)
  }
}
