import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Db } from '../database/client.ts'
import { isUuid } from '../database/uuid.ts'
import { RefusalError } from '../http/refusal.ts'
import type { PaymentContext } from './payment-context.ts'
import { receiveWebhook } from './receive-webhook.ts'

/** Source: a guess: an event has 500 bytes. */
const MESSAGE_BYTES_MAX = 65_536

export interface WebhookNeeds {
  readonly db: Db
  readonly context: PaymentContext
  /** Told after a transaction that changed something. */
  readonly changed: () => void
}

/** `POST /api/webhooks/:provider`: what payment services tell us. The signature is over the bytes, so nothing parses them first. */
export function webhookRoutes({ db, context, changed }: WebhookNeeds): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

    app.post(
      '/api/webhooks/:provider',
      {
        bodyLimit: MESSAGE_BYTES_MAX,
        schema: {
          tags: ['payments'],
          summary: 'Signed messages of payment providers',
          params: Type.Object({ provider: Type.String({ pattern: '^[a-z0-9-]{1,32}$' }) }),
          response: { 200: Type.Object({ received: Type.Literal(true), duplicate: Type.Boolean() }) },
        },
      },
      async (request) => {
        const provider = context.providers.named(request.params.provider, db)
        if (provider?.capabilities.webhooks !== true) throw new RefusalError('NOT_FOUND')
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        const verdict = provider.verifyWebhook({ headers: request.headers, body }, Date.now())
        if (!verdict.ok) {
          request.log.warn({ provider: provider.name, code: verdict.code }, 'webhook refused')
          throw new RefusalError(verdict.code)
        }
        if (!isUuid(verdict.event.report.paymentId)) return { received: true as const, duplicate: false }
        const { id: eventId, kind, report } = verdict.event
        const received = await receiveWebhook(db, context, provider.name, verdict.event)
        request.log.info(
          { provider: provider.name, eventId, kind, paymentId: report.paymentId, received },
          'webhook received',
        )
        if (received === 'replayed') throw new RefusalError('WEBHOOK_REPLAYED')
        if (received === 'changed') changed()
        return { received: true as const, duplicate: received === 'duplicate' }
      },
    )
  }
}
