import { Pauses } from '../lib/seatcast/http-api.ts'
import { joinsFailed, usersArrived, usersIn } from '../lib/seatcast/metrics.ts'
import { type Sale, timeLeft } from '../lib/seatcast/sale.ts'
import { unbroken } from '../lib/seatcast/unbroken.ts'

/** Something a user does now and then. */
export interface Task {
  /** How often, beside the others that are possible at the moment. */
  readonly weight: number
  /** Default: always. */
  readonly isPossible?: () => boolean
  readonly run: () => Promise<void>
}

/** Between these, evenly, ms. */
export type WaitMs = readonly [least: number, most: number]

/**
 * Somebody at the sale, as a user class in Locust: they arrive, do one of their tasks by weight, think, do the next, and
 * leave when they are done or the run ends. Many may live in one virtual user: nothing here waits for anybody else.
 */
export abstract class User {
  protected readonly sale: Sale
  protected readonly pauses = new Pauses()
  #isDone = false

  constructor(sale: Sale) {
    this.sale = sale
  }

  protected abstract readonly name: string
  /** Thinking between two tasks. */
  protected abstract readonly waitMs: WaitMs
  /** What they began by the run's end they may finish for so long, ms; no thinking then. */
  protected readonly finishMs: number = 0
  protected abstract tasks(): readonly Task[]
  /** False: they could not get in, and turn round. */
  protected abstract arrive(): Promise<boolean>
  protected abstract leave(): Promise<void>

  /** A whole visit; never rejects. */
  async visit(): Promise<void> {
    usersArrived.add(1, { user: this.name })
    await unbroken(this.name, () => this.#stay())
    this.pauses.endAll()
    await unbroken(this.name, () => this.leave())
  }

  async #stay(): Promise<void> {
    const isIn = await this.arrive()
    joinsFailed.add(!isIn)
    if (!isIn) return
    usersIn.add(1, { user: this.name })
    const tasks = this.tasks()
    while (!this.#isDone && this.#hasTime()) {
      await this.think()
      if (this.#hasTime()) await drawn(tasks)?.run()
    }
  }

  /** After this task they leave. */
  protected done(): void {
    this.#isDone = true
  }

  #hasTime(): boolean {
    return timeLeft(this.sale) > -this.finishMs
  }

  /** Never beyond the run's end. */
  protected think(waitMs: WaitMs = this.waitMs): Promise<void> {
    return this.pauses.wait(Math.min(between(waitMs), timeLeft(this.sale)))
  }
}

export const between = ([least, most]: WaitMs): number => least + Math.random() * (most - least)

/** One of the tasks that are possible, by weight. */
function drawn(tasks: readonly Task[]): Task | undefined {
  const possible = tasks.filter(({ isPossible }) => isPossible?.() !== false)
  let rest = Math.random() * possible.reduce((sum, { weight }) => sum + weight, 0)
  return possible.find(({ weight }) => (rest -= weight) < 0)
}
