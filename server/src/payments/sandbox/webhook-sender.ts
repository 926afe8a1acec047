import type { Logger } from 'pino'
import { SIGNATURE_HEADER, signWebhook } from '../webhook-signature.ts'
import type { SandboxEvent } from './sandbox-wire.ts'

/** An answer must come within this, ms. Source: a guess. */
const ANSWER_MS_MAX = 5_000
/** Tries and the pause after the first, ms; doubled after each. Source: a guess: 25 s outlast the restart of a node. */
const TRIES = { most: 8, pauseMs: 200 } as const

export interface WebhookSender {
  send(url: string, event: SandboxEvent): void
  stop(): void
}

/** Tells until somebody says that they heard it, or that they never will (4xx); signed anew each time. */
export function webhookSender(secret: string, log: Logger): WebhookSender {
  const ending = new AbortController()

  const deliver = async (url: string, event: SandboxEvent): Promise<boolean> => {
    const body = JSON.stringify(event)
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', [SIGNATURE_HEADER]: signWebhook(secret, body, Date.now()) },
      signal: AbortSignal.any([ending.signal, AbortSignal.timeout(ANSWER_MS_MAX)]),
    })
    await response.body?.cancel()
    return response.ok || (response.status < 500 && response.status !== 429)
  }
  const attempt = async (url: string, event: SandboxEvent, tried: number): Promise<void> => {
    const heard = await deliver(url, event).catch((fault: unknown) => {
      log.debug({ eventId: event.id, err: fault }, 'webhook not delivered')
      return false
    })
    if (heard || ending.signal.aborted || tried === TRIES.most) return
    const timer = setTimeout(() => void attempt(url, event, tried + 1), TRIES.pauseMs * 2 ** (tried - 1))
    ending.signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  }
  return {
    send: (url, event) => void attempt(url, event, 1),
    stop: () => ending.abort(),
  }
}
