/** How long the sandbox takes, ms. */
export interface SandboxDelays {
  /** Until an ordinary card is answered. */
  readonly answerMs: number
  /** Until the slow card is. */
  readonly slowMs: number
  /** How long after the end of its order the late card pays … */
  readonly lateMs: number
  /** … but never later than this after it was shown. */
  readonly lateMsMax: number
  /** Between two messages that are told apart by their order. */
  readonly gapMs: number
}

/** What becomes of a card, and how it is told. */
export interface CardBehaviour {
  readonly outcome: 'authorized' | 'captured' | 'failed' | 'none'
  readonly afterMs: (delays: SandboxDelays, endsInMs: number) => number
  /** `reversed`: the last message comes first. */
  readonly messages: 'once' | 'twice' | 'none' | 'reversed'
  /** Whether it can be given up while nobody knows how it ends. */
  readonly voidable: boolean
  /** Whether reserved money is refused when it is to be taken. */
  readonly captureFails?: boolean
}

const soon = ({ answerMs }: SandboxDelays): number => answerMs

/** An order outlives its deadline by this while a payment is in flight, ms. Source: the issue of orders and payment. */
const GRACE_MS = 30_000

/** Every card of the sandbox. */
export const SANDBOX_CARDS = {
  ok: { outcome: 'authorized', afterMs: soon, messages: 'once', voidable: true },
  fail: { outcome: 'failed', afterMs: soon, messages: 'once', voidable: true },
  slow: { outcome: 'authorized', afterMs: ({ slowMs }) => slowMs, messages: 'once', voidable: true },
  /** Nobody ever hears how it ended. */
  never: { outcome: 'none', afterMs: soon, messages: 'none', voidable: true },
  /** It works, and no message tells so. */
  silent: { outcome: 'authorized', afterMs: soon, messages: 'none', voidable: true },
  twice: { outcome: 'authorized', afterMs: soon, messages: 'twice', voidable: true },
  /** Takes the money when the order has ended, and cannot be stopped. */
  late: {
    outcome: 'captured',
    afterMs: ({ lateMs, lateMsMax }, endsInMs) => Math.min(endsInMs + GRACE_MS + lateMs, lateMsMax),
    messages: 'once',
    voidable: false,
  },
  out_of_order: { outcome: 'captured', afterMs: soon, messages: 'reversed', voidable: true },
  /** Reserves the money, and then it is not to be had. */
  capture_fails: { outcome: 'authorized', afterMs: soon, messages: 'once', voidable: true, captureFails: true },
} as const satisfies Record<string, CardBehaviour>

export type SandboxCard = keyof typeof SANDBOX_CARDS

export const isSandboxCard = (card: string): card is SandboxCard => Object.hasOwn(SANDBOX_CARDS, card)
