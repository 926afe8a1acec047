import { randomUUID } from 'node:crypto'
import type { Browser } from 'playwright-core'
import { buildClient, CLIENT_DIRECTORY } from '../../../server/dev/client-build.ts'
import { organiserApi, type OrganiserApi } from '../../../server/dev/organiser-api.ts'
import { accessTokens } from '../../../server/src/http/authentication.ts'
import { findChromium, launchChromium, PLAIN_COMPOSITING } from '../../../server/test/support/chromium.ts'
import { startCluster, type Cluster, type ClusterOptions } from '../../../server/test/support/cluster.ts'
import { startRole } from '../../../server/test/support/role-process.ts'

/** The secret of every test cluster: its organiser is made here. */
const TOKEN_SECRET = 'browser-tests-only-token-secret-0123456789'

/** How long the slow card takes, ms: long enough to be seen waiting. */
const SANDBOX_SLOW_MS = 3_000
/** When the late card pays, ms: after its buyer has cancelled, on a busy machine too. */
const SANDBOX_LATE_MS = 5_000

/** Seatcast as it is run: the built client, nodes and schedulers as processes, PostgreSQL, Redis, and a real browser. */
export interface RealSystem {
  readonly cluster: Cluster
  readonly browser: Browser
  readonly organiser: OrganiserApi
  stop(): Promise<void>
}

interface RealSystemOptions extends Pick<ClusterOptions, 'nodes' | 'workers' | 'schedulers' | 'env'> {
  /** With development's payment service. */
  readonly sandbox?: boolean
}

/** Two nodes of two workers and two schedulers, unless told otherwise. */
export async function startRealSystem({ sandbox, env: more, ...size }: RealSystemOptions = {}): Promise<RealSystem> {
  await buildClient()
  const payments = sandbox === true ? await startSandboxPayments() : null
  const env = { CLIENT_DIRECTORY, TOKEN_SECRET, ...payments?.env, ...more }
  const browsing = launchChromium(findChromium(), [PLAIN_COMPOSITING])
  const [cluster, browser] = await Promise.all([startCluster({ ...size, env }), browsing])
  const token = await accessTokens(TOKEN_SECRET).issueToken({ userId: randomUUID(), role: 'organiser', seconds: 3_600 })
  const ending = new AbortController()
  return {
    cluster,
    browser,
    organiser: organiserApi(cluster.origin(0), token, ending.signal),
    async stop() {
      ending.abort()
      await browser.close()
      await cluster.stop()
      await payments?.role.kill()
    },
  }
}

async function startSandboxPayments() {
  const role = await startRole('sandbox-payments', {
    NODE_ENV: 'development',
    TOKEN_SECRET,
    // It needs neither; its settings are read like every role's.
    DATABASE_URL: 'postgres://127.0.0.1/none',
    REDIS_URL: 'redis://127.0.0.1:1',
    SANDBOX_SLOW_MS: String(SANDBOX_SLOW_MS),
    SANDBOX_LATE_MS_MAX: String(SANDBOX_LATE_MS),
    LOG_LEVEL: 'warn',
  })
  return { role, env: { SANDBOX_PAYMENTS_URL: `http://127.0.0.1:${role.port}` } }
}
