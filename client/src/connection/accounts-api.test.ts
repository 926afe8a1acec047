import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { signIn } from './accounts-api.ts'
import { visitor } from './visitor.ts'

const GUEST = { userId: 'guest', token: 'g', expiresInSeconds: 60 }
const ACCOUNT = {
  userId: 'account',
  token: 'a',
  expiresInSeconds: 60,
  roles: ['user'],
  account: { email: 'a@b', name: null },
}
/** What the claim is answered. */
let claimed: Response

beforeEach(() => {
  const storage = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => storage.get(key) ?? null,
    setItem: (key: string, value: string) => storage.set(key, value),
  })
  visitor.adopt(GUEST)
  vi.stubGlobal('fetch', (path: string) =>
    Promise.resolve(path.endsWith('/claim') ? claimed : Response.json(ACCOUNT, { status: 201 })),
  )
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const wish = { email: 'a@b', password: 'secret words' }

test('[U8] who logs in is the account, also where nothing could be claimed', async () => {
  claimed = Response.json({ code: 'OVERLOADED' }, { status: 503 })
  expect(await signIn(wish)).toEqual(ACCOUNT.account)
  expect((await visitor.current()).userId).toBe('account')
})

test('[U8] while their group is being paid for without the account, they stay the guest and are told', async () => {
  claimed = Response.json({ code: 'GROUP_BUSY' }, { status: 409 })
  await expect(signIn(wish)).rejects.toMatchObject({ code: 'GROUP_BUSY' })
  expect(await visitor.current()).toEqual(GUEST)
})
