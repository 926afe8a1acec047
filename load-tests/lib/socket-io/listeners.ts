type Listener = (...parameters: never[]) => void

/** Who listens to which event of one socket. */
export class Listeners {
  readonly #byEvent = new Map<string, Listener[]>()

  add(event: string, listener: Listener): void {
    const listeners = this.#byEvent.get(event)
    if (listeners === undefined) this.#byEvent.set(event, [listener])
    else listeners.push(listener)
  }

  remove(event: string, listener: Listener): void {
    const left = (this.#byEvent.get(event) ?? []).filter((each) => each !== listener)
    if (left.length > 0) this.#byEvent.set(event, left)
    else this.#byEvent.delete(event)
  }

  clear(): void {
    this.#byEvent.clear()
  }

  tell(event: string, parameters: readonly unknown[]): void {
    // A listener may take itself out (`once`): the list of this call stays as it was.
    for (const listener of this.#byEvent.get(event)?.slice() ?? []) listener(...(parameters as never[]))
  }
}
