import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { guestTokens } from './guest-token.ts'

/** What the browser's tabs share. */
let storage: Map<string, string>
let created: number

beforeEach(() => {
  storage = new Map()
  created = 0
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => storage.get(key) ?? null,
    setItem: (key: string, value: string) => storage.set(key, value),
  })
  vi.stubGlobal('fetch', async () => {
    created++
    return Response.json(
      { userId: `user-${created}`, token: `token-${created}`, expiresInSeconds: 60 },
      { status: 201 },
    )
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
})

test('a first visit makes one guest, however often it is asked, and the next visit knows it', async () => {
  const tokens = guestTokens()
  const [one, two] = await Promise.all([tokens.current(), tokens.current()])
  expect(one).toEqual(two)
  expect(await guestTokens().current()).toEqual(one)
  expect(created).toBe(1)
})

test('a token that is not accepted is replaced', async () => {
  const tokens = guestTokens()
  const first = await tokens.current()
  expect((await tokens.renew(first.token)).token).toBe('token-2')
  expect((await tokens.current()).token).toBe('token-2')
})

test('what another tab renewed meanwhile is taken over', async () => {
  const tokens = guestTokens()
  const first = await tokens.current()
  const other = await guestTokens().renew(first.token)
  expect(await tokens.renew(first.token)).toEqual(other)
  expect(created).toBe(2)
})

test('an unreadable or foreign entry is as good as none', async () => {
  storage.set('seatcast.guest', 'not json')
  expect((await guestTokens().current()).token).toBe('token-1')
  storage.set('seatcast.guest', '{"token":7}')
  expect((await guestTokens().current()).token).toBe('token-2')
})

test('without storage the guest lasts for the page', async () => {
  const refuse = (): never => {
    throw new Error('storage is switched off')
  }
  vi.stubGlobal('localStorage', { getItem: refuse, setItem: refuse })
  const tokens = guestTokens()
  expect(await tokens.current()).toEqual(await tokens.current())
  expect(created).toBe(1)
})
