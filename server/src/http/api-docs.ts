import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { REFUSALS } from '@seatcast/shared/protocol/refusal.ts'
import type { FastifyInstance } from 'fastify'

/** OpenAPI of every route registered after this, at `/docs` (JSON at `/docs/json`). */
export async function apiDocs(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Seatcast',
        version: '1',
        description: `Errors are \`application/problem+json\` with a stable \`code\`:\n\n${refusalTable()}`,
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      tags: [
        { name: 'buyers', description: 'Shows, performances and maps; no token needed' },
        { name: 'accounts', description: 'For buyers who want one; a guest needs none' },
        { name: 'tickets', description: "An order's tickets, and staff who check them in" },
        { name: 'organisers', description: 'A token with the role organiser' },
        { name: 'health' },
      ],
    },
  })
  await app.register(swaggerUi, { routePrefix: '/docs', uiConfig: { deepLinking: true } })
}

function refusalTable(): string {
  const rows = Object.entries(REFUSALS).map(
    ([code, { status, again }]) => `| \`${code}\` | ${status} | ${again === 'later' ? 'after `retryInMs`' : 'no'} |`,
  )
  return ['| code | status | ask again |', '| --- | --- | --- |', ...rows].join('\n')
}
