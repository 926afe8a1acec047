import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { runUntilSignal, type Service, StartError } from '../lifecycle/service.ts'
import { paymentFile } from '../payments/sandbox/payment-file.ts'
import { SandboxPayments } from '../payments/sandbox/sandbox-payments.ts'
import { sandboxServer } from '../payments/sandbox/sandbox-server.ts'
import { webhookSender } from '../payments/sandbox/webhook-sender.ts'
import type { Ready } from './worker-messages.ts'

/** Only this machine can reach it. */
const HOST = '127.0.0.1'

/** Development's payment service, a process of its own: nothing but HTTP connects it with the rest. */
export async function runSandboxPayments(config: Config, log: Logger): Promise<0 | 1> {
  if (config.environment !== 'development') throw new StartError('the payment sandbox is for development only')
  const { file, ...delays } = config.sandboxPayments
  const kept = file === '' ? undefined : paymentFile(file)
  const sender = webhookSender(config.sandboxPaymentsSecret, log)
  const payments = new SandboxPayments({
    delays,
    tell: (url, event) => sender.send(url, event),
    ...(kept !== undefined && { keep: (payment) => kept.keep(payment), kept: kept.payments }),
  })
  const server = sandboxServer(payments, config.sandboxPaymentsSecret, log)
  let port = 0

  const services: Service[] = [
    {
      name: 'payments',
      stop() {
        payments.stop()
        sender.stop()
      },
    },
    {
      name: 'http',
      start: () =>
        new Promise<void>((resolve, reject) => {
          server.once('error', reject)
          server.listen(config.sandboxPayments.port, HOST, () => {
            const address = server.address()
            port = typeof address === 'object' && address !== null ? address.port : 0
            resolve()
          })
        }),
      stop: () =>
        new Promise<void>((resolve) => {
          server.close(() => resolve())
          server.closeIdleConnections()
        }),
    },
  ]
  return runUntilSignal(services, {
    shutdownDeadlineMs: config.shutdownDeadlineMs,
    log,
    started() {
      log.info({ port }, 'payment sandbox listening')
      process.send?.({ type: 'ready', port } satisfies Ready)
    },
  })
}
