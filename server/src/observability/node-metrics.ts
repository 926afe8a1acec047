import { Registry } from '@prometheus-io/client'
import type { Cluster, Worker } from 'node:cluster'

/** What one process measured, as it crosses the cluster's IPC. */
export type MeasuredMetrics = Awaited<ReturnType<Registry['getMetricsAsJSON']>>

/** Messages between workers and primary; other features share the channel, so each has a `kind` of its own. */
type MetricsMessage =
  | { readonly kind: 'metrics:node?'; readonly id: number }
  | { readonly kind: 'metrics:yours?'; readonly id: number }
  | { readonly kind: 'metrics:mine'; readonly id: number; readonly metrics: MeasuredMetrics }
  | { readonly kind: 'metrics:node'; readonly id: number; readonly text: string }

/** A worker that does not answer in this time is left out, ms; half of Prometheus's usual patience would be 5 s. */
const ANSWER_TIMEOUT_MS = 1_000

/** One process's figures and others' merged into Prometheus's text. */
export function mergeMetrics(processes: readonly MeasuredMetrics[]): Promise<string> {
  return Registry.aggregate([...processes]).metrics()
}

/** In the cluster's primary: answers each worker that asks for the whole node's metrics. Returns how to stop. */
export function serveNodeMetrics(cluster: Cluster): () => void {
  const rounds = new Map<number, { readonly answers: MeasuredMetrics[]; awaited: number; finish: () => void }>()
  let lastRound = 0

  const onMessage = (worker: Worker, message: unknown) => {
    if (!isMetricsMessage(message)) return
    if (message.kind === 'metrics:node?') gather(worker, message.id)
    if (message.kind !== 'metrics:mine') return
    const round = rounds.get(message.id)
    round?.answers.push(message.metrics)
    if (round !== undefined && round.answers.length === round.awaited) round.finish()
  }

  const gather = (asker: Worker, askerId: number) => {
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker?.isConnected() === true)
    const id = ++lastRound
    const answers: MeasuredMetrics[] = []
    const finish = () => {
      clearTimeout(timeout)
      if (!rounds.delete(id)) return
      void sendMerged(asker, askerId, answers)
    }
    const timeout = setTimeout(finish, ANSWER_TIMEOUT_MS)
    rounds.set(id, { answers, awaited: workers.length, finish })
    for (const worker of workers) worker?.send({ kind: 'metrics:yours?', id } satisfies MetricsMessage)
  }

  cluster.on('message', onMessage)
  return () => void cluster.off('message', onMessage)
}

async function sendMerged(asker: Worker, id: number, answers: readonly MeasuredMetrics[]): Promise<void> {
  const text = await mergeMetrics(answers)
  if (asker.isConnected()) asker.send({ kind: 'metrics:node', id, text } satisfies MetricsMessage)
}

/**
 * In a worker: answers the primary's questions, and returns the function behind `/metrics`: the whole node's text, or
 * this process's own when it has no primary or the primary does not answer.
 */
export function nodeMetrics(registry: Registry): () => Promise<string> {
  const send = process.send?.bind(process)
  if (send === undefined) return () => registry.metrics()
  const asked = new Map<number, (text: string) => void>()
  let lastQuestion = 0
  process.on('message', (message) => {
    if (!isMetricsMessage(message)) return
    if (message.kind === 'metrics:node') asked.get(message.id)?.(message.text)
    if (message.kind !== 'metrics:yours?') return
    void sendMine(message.id)
  })
  const sendMine = async (id: number) => {
    const metrics = await registry.getMetricsAsJSON()
    if (process.connected) send({ kind: 'metrics:mine', id, metrics } satisfies MetricsMessage)
  }
  return async () => {
    const id = ++lastQuestion
    const { promise, resolve } = Promise.withResolvers<string | undefined>()
    asked.set(id, resolve)
    const timeout = setTimeout(() => resolve(undefined), 2 * ANSWER_TIMEOUT_MS)
    if (process.connected) send({ kind: 'metrics:node?', id } satisfies MetricsMessage)
    const text = await promise
    clearTimeout(timeout)
    asked.delete(id)
    return text ?? (await registry.metrics())
  }
}

function isMetricsMessage(message: unknown): message is MetricsMessage {
  return (
    typeof message === 'object' &&
    message !== null &&
    'kind' in message &&
    typeof message.kind === 'string' &&
    message.kind.startsWith('metrics:')
  )
}
