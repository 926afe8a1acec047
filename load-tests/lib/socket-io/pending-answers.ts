import { NoAnswerError } from './event-map.ts'
import { Timer } from './timer.ts'

interface Pending {
  readonly event: string
  readonly timer: Timer
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: NoAnswerError) => void
}

/** Acknowledgements that are waited for, by packet id. */
export class PendingAnswers {
  readonly #pending = new Map<number, Pending>()
  #nextId = 0

  /** `send` gets the id that the server is to answer under; `givenUp`, too, when the answer did not come in time. */
  wait(event: string, timeoutMs: number, send: (id: number) => void, givenUp: (id: number) => void): Promise<unknown> {
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      const timer = new Timer(() => {
        this.#pending.delete(id)
        givenUp(id)
        reject(new NoAnswerError(event, 'timeout'))
      }, timeoutMs)
      this.#pending.set(id, { event, timer, resolve, reject })
      send(id)
    })
  }

  answered(id: number, parameters: readonly unknown[]): void {
    const pending = this.#pending.get(id)
    if (pending === undefined) return // it came after its timeout
    this.#pending.delete(id)
    pending.timer.clear()
    pending.resolve(parameters[0])
  }

  /** The connection has ended: nobody will answer, but those questions that were not sent yet. */
  rejectAll(isUnsent: (id: number) => boolean = () => false): void {
    for (const [id, { event, timer, reject }] of this.#pending) {
      if (isUnsent(id)) continue
      this.#pending.delete(id)
      timer.clear()
      reject(new NoAnswerError(event, 'disconnected'))
    }
  }
}
