/** What honest people wait for their answers before something happens and after, in one virtual user, which can compare it. */
export class Halves {
  readonly #untilMs: number
  readonly #before: number[] = []
  readonly #after: number[] = []

  /** `untilMs`: how long the first half lasts, from the run's start. */
  constructor(untilMs: number) {
    this.#untilMs = untilMs
  }

  /** `sentMs`: when it was asked, from the run's start. */
  add(sentMs: number, elapsedMs: number): void {
    const half = sentMs < this.#untilMs ? this.#before : this.#after
    half.push(elapsedMs)
  }

  /** The second half's p95 over the first's, `slackMs` added to both; undefined: a half has fewer than `least` answers. */
  factor(slackMs: number, least: number): number | undefined {
    if (Math.min(this.#before.length, this.#after.length) < least) return undefined
    return (p95(this.#after) + slackMs) / (p95(this.#before) + slackMs)
  }
}

function p95(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(0.95 * (values.length - 1))] ?? 0
}
