import cluster, { type Worker } from 'node:cluster'
import { createServer } from 'node:net'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { StartError, type Service } from '../lifecycle/service.ts'
import { serveNodeMetrics } from '../observability/node-metrics.ts'
import type { ToPrimary } from './worker-messages.ts'

/** A worker that lived this long is restarted at once, ms; shorter lives wait longer and longer. Source: a guess. */
const STEADY_MS = 10_000
/** Wait before the first and the longest restart of a worker that keeps dying, ms. Source: clients are to heal within 5 s. */
const RESTART_MS = { first: 50, longest: 5_000 } as const

export interface NodePrimary extends Service {
  /** The port that the workers share, once started. */
  readonly port: number
  /** A worker did not drain completely. */
  readonly workerFailed: boolean
}

/** A node's primary process: it keeps W workers running on one port and does no work of its own. */
export function nodePrimary(config: Config, log: Logger): NodePrimary {
  const workers = new Map<number, Worker>()
  const restarts = new Map<number, NodeJS.Timeout>()
  const exits = new Set<Promise<number>>()
  let port = config.port
  let ending = false
  let workerFailed = false
  let stopMetrics = () => {}

  /** Resolves once the worker listens; rejects when it cannot start or dies before. */
  const fork = (number: number, failures: number): Promise<void> => {
    const startedMs = performance.now()
    const worker = cluster.fork({ WORKER_NUMBER: String(number), PORT: String(port) })
    workers.set(number, worker)
    let reason = `worker ${number} died while starting`
    const exit = new Promise<number>((resolve) => worker.once('exit', (code, signal) => resolve(signal ? 1 : code)))
    exits.add(exit)
    void exit.then((code) => {
      exits.delete(exit)
      workers.delete(number)
      if (ending) return undefined
      const livedMs = Math.round(performance.now() - startedMs)
      const again = livedMs >= STEADY_MS ? 0 : failures + 1
      const pauseMs = Math.min(RESTART_MS.longest, RESTART_MS.first * 2 ** Math.min(again, 16))
      log.error({ worker: number, code, livedMs, pauseMs }, 'worker died')
      restarts.set(
        number,
        setTimeout(() => void forkAgain(number, again), pauseMs),
      )
      return undefined
    })
    return new Promise((resolve, reject) => {
      worker.on('message', (message: ToPrimary) => {
        if (message.type === 'listening') resolve()
        else if (message.type === 'cannot-start') reason = message.reason
      })
      void exit.then(() => reject(new StartError(reason)))
    })
  }

  const forkAgain = async (number: number, failures: number): Promise<void> => {
    try {
      await fork(number, failures)
      log.info({ worker: number }, 'worker restarted')
    } catch (fault) {
      log.error({ worker: number, err: fault }, 'worker did not start')
    }
  }

  return {
    name: 'node',
    get port() {
      return port
    },
    get workerFailed() {
      return workerFailed
    },
    async start() {
      port = await freeOrFail(config.host, config.port)
      stopMetrics = serveNodeMetrics(cluster)
      try {
        await Promise.all(Array.from({ length: config.workers }, (_, index) => fork(index + 1, 0)))
      } catch (fault) {
        ending = true
        for (const worker of workers.values()) worker.process.kill('SIGKILL')
        throw fault
      }
    },
    async drain() {
      ending = true
      for (const timer of restarts.values()) clearTimeout(timer)
      for (const worker of workers.values()) worker.process.kill('SIGTERM')
      const codes = await Promise.all(exits)
      workerFailed = codes.some((code) => code !== 0)
    },
    stop() {
      stopMetrics()
      for (const worker of workers.values()) worker.process.kill('SIGKILL')
    },
  }
}

/** Workers learn too late and one by one that a port is taken; so look first. Port 0: any free one, the same for all. */
function freeOrFail(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (fault: NodeJS.ErrnoException) => {
      const what =
        fault.code === 'EADDRINUSE'
          ? 'is in use: stop what listens there, or set PORT'
          : `cannot be used: ${fault.code}`
      reject(new StartError(`port ${port} of ${host} ${what}`))
    })
    probe.listen(port, host, () => {
      const address = probe.address()
      const found = address !== null && typeof address === 'object' ? address.port : port
      probe.close(() => resolve(found))
    })
  })
}
