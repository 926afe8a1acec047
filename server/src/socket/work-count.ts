/** Counts what is under way and tells when nothing is. */
export class WorkCount {
  #underWay = 0
  #waiting: (() => void)[] = []

  get underWay(): number {
    return this.#underWay
  }

  begin(): void {
    this.#underWay += 1
  }

  end(): void {
    this.#underWay -= 1
    if (this.#underWay === 0) for (const resolve of this.#waiting.splice(0)) resolve()
  }

  async idle(): Promise<void> {
    if (this.#underWay > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }
}
