import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { AUDIT_CHECKS } from '../lib/seatcast/verdict-rules.ts'
import { openTarget } from './target.ts'
import { askVerdict } from './verdict.ts'

let server: Server | undefined
afterEach(() => server?.close())

/** A system whose audit answers these, one after the other, and the last for ever; it notes what it was asked. */
async function auditAnswers(...answers: readonly { readonly status: number; readonly body: object }[]) {
  const asked: string[] = []
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`)
    const { status, body } = answers[Math.min(asked.length, answers.length) - 1] ?? { status: 500, body: {} }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const reply = (count: number) => ({
  status: 200,
  body: {
    ok: count === 0,
    oldestRevision: 1,
    checks: AUDIT_CHECKS.map((name) => ({
      name,
      rule: 'so it is',
      count: name === 'outbox' ? count : 0,
      examples: [],
    })),
  },
})
const { signal } = new AbortController()

describe('the verdict', () => {
  test('what is gone when asked again was on its way', async () => {
    const { origin, asked } = await auditAnswers(reply(3), reply(0))
    expect(await askVerdict(origin, 'organiser', 'p1', signal)).toMatchObject({
      asked: true,
      ok: true,
      fault: null,
      warning: null,
    })
    expect(asked).toEqual(Array(2).fill('GET /api/admin/audit/p1 Bearer organiser'))
  })

  test('what stays is a violation', async () => {
    const { origin } = await auditAnswers(reply(3))
    const verdict = await askVerdict(origin, 'organiser', 'p1', signal)
    expect(verdict).toMatchObject({ asked: true, ok: false, fault: null })
    expect(verdict.checks.filter(({ count }) => count > 0)).toMatchObject([{ name: 'outbox', count: 3 }])
  })

  test('an audit that did not make every check is none', async () => {
    const { origin } = await auditAnswers({ status: 200, body: { ok: true, checks: [] } })
    expect((await askVerdict(origin, 'organiser', 'p1', signal)).fault).toMatch(/did not check seat_states, holds,/)
  })

  test('of a log that was trimmed only the tail is audited', async () => {
    const { origin } = await auditAnswers({ status: 200, body: { ...reply(0).body, oldestRevision: 501 } })
    expect((await askVerdict(origin, 'organiser', 'p1', signal)).warning).toMatch(/begins at revision 501/)
  })

  test('no answer is no verdict, and says why', async () => {
    const { origin } = await auditAnswers({ status: 403, body: { code: 'FORBIDDEN' } })
    expect(await askVerdict(origin, 'nobody', 'p1', signal)).toEqual({
      asked: false,
      ok: false,
      checks: [],
      fault: 'the audit route answered 403: {"code":"FORBIDDEN"}',
      warning: null,
    })
  })
})

describe('a system that is there', () => {
  const open = (env: NodeJS.ProcessEnv, knobs = {}) => openTarget({ workers: 1, knobs }, env, '', signal)

  test('needs an address, and a token unless somebody does without a verdict', async () => {
    await expect(open({ SEATCAST_URL: 'here' })).rejects.toThrow(/SEATCAST_ORGANISER_TOKEN is missing/)
    await expect(open({ SEATCAST_URL: 'here' }, { ALLOW_NO_AUDIT: '1' })).rejects.toThrow(/SEATCAST_URL is here/)
    await expect(open({ SEATCAST_URL: 'localhost:3000' }, { ALLOW_NO_AUDIT: '1' })).rejects.toThrow(
      /SEATCAST_URL is localhost:3000, which is no address/,
    )
    await expect(open({ SEATCAST_URL: 'http://127.0.0.1:1/x' }, { ALLOW_NO_AUDIT: '1' })).rejects.toThrow(
      /without a path, such as http:\/\/127\.0\.0\.1:1\./,
    )
    await expect(open({ SEATCAST_URL: 'http://127.0.0.1:1/' }, { ALLOW_NO_AUDIT: '1' })).rejects.toThrow(
      /Nothing answers/,
    )
    const { origin } = await auditAnswers({ status: 401, body: { code: 'UNAUTHENTICATED' } })
    const target = await open({ SEATCAST_URL: `${origin}/` }, { ALLOW_NO_AUDIT: '1' })
    expect((await target.node({ MESSAGES_PER_SECOND_PER_SOCKET: '5' })).origin).toBe(origin)
  })
})
