type Listener = (...parameters: never[]) => void

/** Who listens to which event of one socket. */
export class Listeners {
  /** Lists are replaced, never changed: one that is being told stays as it was. */
  readonly #byEvent = new Map<unknown, readonly Listener[]>()

  add(event: string, listener: Listener): void {
    this.#byEvent.set(event, [...(this.#byEvent.get(event) ?? []), listener])
  }

  remove(event: string, listener: Listener): void {
    const left = (this.#byEvent.get(event) ?? []).filter((each) => each !== listener)
    if (left.length > 0) this.#byEvent.set(event, left)
    else this.#byEvent.delete(event)
  }

  /** `said`: the event's name and its parameters, as a packet has them. */
  tell(said: readonly unknown[]): void {
    const listeners = this.#byEvent.get(said[0])
    if (listeners === undefined) return
    // Each frame comes through here, and iterators and spreads are what k6's interpreter is slowest at: most events have one parameter.
    if (said.length === 2) for (let place = 0; place < listeners.length; place++) listeners[place]?.(said[1] as never)
    else for (const listener of listeners) listener(...(said.slice(1) as never[]))
  }
}
