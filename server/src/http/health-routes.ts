import type { FastifyInstance } from 'fastify'

export interface Health {
  /** Ready for requests and sockets, or why not. False while Redis is away or the node drains. */
  readiness(): Promise<{ readonly ready: boolean; readonly reasons: readonly string[] }>
  /** The whole node's metrics in Prometheus's text format. */
  metrics(): Promise<string>
}

/** A busy or draining node still tells how it is. */
const always = { pressureHandler: () => undefined }

export function healthRoutes(app: FastifyInstance, health: Health): void {
  const schema = { tags: ['health'] }
  app.get('/healthz', { schema: { ...schema, summary: 'The process is alive' }, config: always }, (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'alive' }),
  )
  app.get(
    '/readyz',
    { schema: { ...schema, summary: 'Ready for traffic, or why not' }, config: always },
    async (_, reply) => {
      const { ready, reasons } = await health.readiness()
      return reply
        .code(ready ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({ status: ready ? 'ready' : 'not ready', reasons })
    },
  )
  app.get(
    '/metrics',
    { schema: { ...schema, summary: 'Prometheus, the whole node' }, config: always },
    async (_, reply) => reply.type('text/plain; version=0.0.4; charset=utf-8').send(await health.metrics()),
  )
}
