import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SMALL_PLAN } from '../../test/support/small-venues.ts'
import { testApp, type TestApp } from '../../test/support/test-app.ts'

let tested: TestApp
let directory: string
let env: Record<string, string>

beforeAll(async () => {
  tested = await testApp()
  await tested.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = tested.app.server.address() as AddressInfo
  directory = await mkdtemp(join(tmpdir(), 'seatcast-cli-'))
  env = {
    SEATCAST_URL: `http://127.0.0.1:${port}`,
    SEATCAST_TOKEN: tested.organiser.authorization.replace('Bearer ', ''),
  }
})
afterAll(async () => {
  await tested.close()
  await rm(directory, { recursive: true })
})

interface Ended {
  readonly code: number
  readonly out: string
  readonly error: string
}

/** Runs the command line as a process, in an empty folder. */
function seatcast(words: readonly string[], more: Record<string, string> = {}): Promise<Ended> {
  const main = join(import.meta.dirname, 'main.ts')
  const options = { cwd: directory, env: { PATH: process.env['PATH'], ...env, ...more } }
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...words], options, (error, out, errorText) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out, error: errorText }),
    )
  })
}

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(directory, name), text)
  return name
}

/** The first line: what a create command prints for the next one. */
const idOf = ({ out }: Ended): string => out.split('\n')[0] ?? ''

/** Every command is a process of its own, and a busy machine takes a second to start one. */
const SLOW = { timeout: 120_000 }

test('from a plan to an open sale with blocked seats, by command line alone', SLOW, async () => {
  const plan = await file('plan.json', SMALL_PLAN)
  const imported = await seatcast(['venue', 'import', plan])
  expect(imported.out).toContain('6 seats in 1 sections')
  const venue = idOf(imported)
  const show = idOf(await seatcast(['show', 'create', '--title', 'Hamlet', '--title-ko', '햄릿']))
  const zones = ['--zone', 'name=Parkett,price=4500', '--zone', 'name=Oben,price=2000,categories=Rang']
  const when = ['--starts', '+30d', '--hold-seconds', '30', '--max-seats', '4']
  const created = await seatcast(['performance', 'create', '--show', show, '--venue', venue, ...zones, ...when])
  expect(created.error).toBe('')
  const performance = idOf(created)

  expect((await seatcast(['performance', 'open', performance])).out).toContain('on_sale')
  const blocked = await seatcast(['performance', 'block', performance, 'Saal/A/2', '5'])
  expect(blocked.out).toContain('blocked 2: 4 seats are free')
  expect((await seatcast(['performance', 'unblock', performance, 'Saal/A/2'])).out).toContain('5 seats are free')
  const shown = await seatcast(['performance', 'show', performance])
  expect(shown.out).toContain('zone zone-1: Parkett, 45.00 EUR')
  expect((await seatcast(['performance', 'pause', performance, '--json'])).out).toContain('"status": "paused"')
  expect((await seatcast(['performance', 'resume', performance])).code).toBe(0)
  expect((await seatcast(['performance', 'close', performance])).out).toContain('closed')
  expect((await seatcast(['show', 'list'])).out).toContain(performance)
  expect((await seatcast(['venue', 'list'])).out).toContain(venue)

  const exported = await seatcast(['venue', 'export', venue, '--out', 'out.json'])
  expect(exported.code).toBe(0)
  expect(await readFile(join(directory, 'out.json'), 'utf8')).toBe(SMALL_PLAN)
})

test('a schedule opens by itself; its moment is relative or absolute', SLOW, async () => {
  const venue = idOf(await seatcast(['venue', 'import', await file('plan.json', SMALL_PLAN)]))
  const show = idOf(await seatcast(['show', 'create', '--title', 'Faust']))
  const sale = [
    '--show',
    show,
    '--venue',
    venue,
    '--zone',
    'name=Parkett,price=1',
    '--starts',
    '2027-06-01T20:00:00+02:00',
  ]
  const performance = idOf(await seatcast(['performance', 'create', ...sale, '--on-sale', '+5h']))
  expect((await seatcast(['performance', 'show', performance])).out).toContain('opens in 5 h')
  const listed = await seatcast(['performance', 'list'])
  const opening = new RegExp(
    `^${performance}  Faust, 2027-06-01T18:00:00.000Z  scheduled, opens in 5 h  \\d of 6 free$`,
    'm',
  )
  expect(listed.out).toMatch(opening)
  const open = await seatcast(['performance', 'list', '--status', 'on_sale', '--json'])
  expect(JSON.parse(open.out)).not.toContainEqual(expect.objectContaining({ id: performance }))
  expect((await seatcast(['performance', 'schedule', performance, '--at', 'never'])).out).toContain('no opening time')
  expect((await seatcast(['performance', 'schedule', performance, '--at', 'now'])).out).toContain('on_sale')
})

test(
  '[V2] files are checked and compared without a server; a bad one shows every path and ends with 1',
  SLOW,
  async () => {
    const offline = { SEATCAST_URL: 'http://127.0.0.1:1', SEATCAST_TOKEN: '' }
    const plan = await file('plan.json', SMALL_PLAN)
    const bad = await file('bad.json', SMALL_PLAN.replaceAll('"category": "Rang"', '"category": "Loge"'))
    const good = await seatcast(['venue', 'check', plan], offline)
    expect(good).toMatchObject({ code: 0, error: '' })
    expect(good.out).toContain('6 seats')
    const refused = await seatcast(['venue', 'check', plan, bad], offline)
    expect(refused.code).toBe(1)
    expect(refused.error.match(/seats\S*[0-2]\S*category/g)).toHaveLength(3)
    expect((await seatcast(['venue', 'check', bad, '--json'], offline)).out).toContain('"ok": false')

    expect(await seatcast(['venue', 'compare', plan, plan], offline)).toMatchObject({
      code: 0,
      out: 'no differences\n',
    })
    const moved = await file('moved.json', SMALL_PLAN.replace('"seat_number": "3"', '"seat_number": "4"'))
    expect((await seatcast(['venue', 'compare', plan, moved], offline)).code).toBe(1)
    expect((await seatcast(['venue', 'check', 'nowhere.json'], offline)).error).toContain('nowhere.json cannot be read')
  },
)

test('what goes wrong is said in a line, and ends with 1', SLOW, async () => {
  const cases: [string[], Record<string, string>, RegExp][] = [
    [['show', 'list'], { SEATCAST_URL: 'http://127.0.0.1:1' }, /no answer from http:\/\/127\.0\.0\.1:1 .*SEATCAST_URL/],
    [['venue', 'list'], { SEATCAST_TOKEN: '' }, /no organiser token: set SEATCAST_TOKEN/],
    [['venue', 'list'], { SEATCAST_TOKEN: 'forged' }, /refused: UNAUTHENTICATED/],
    [['performance', 'show', 'nobody'], {}, /refused: NOT_FOUND/],
    [['performance', 'show'], {}, /performance show <performance>/],
    [['performance', 'fly'], {}, /performance open/],
    [['fly'], {}, /there is no command fly/],
    [['show', 'create'], {}, /--title is missing/],
    [['show', 'create', '--titel', 'x'], {}, /--titel/],
    [['token'], {}, /TOKEN_SECRET/],
    [['migrate'], {}, /DATABASE_URL/],
  ]
  for (const [words, more, said] of cases) {
    const ended = await seatcast(words, more)
    expect(ended.code, words.join(' ')).toBe(1)
    expect(ended.error, words.join(' ')).toMatch(said)
    expect(ended.error).not.toContain('    at ')
  }
})

test("a token made with the nodes' secret is good; migrate finds nothing to do", SLOW, async () => {
  const TOKEN_SECRET = 'development-only-token-secret-0123456789'
  const token = idOf(await seatcast(['token', '--role', 'organiser'], { TOKEN_SECRET }))
  expect((await seatcast(['venue', 'list'], { SEATCAST_TOKEN: token })).code).toBe(0)
  const guest = idOf(await seatcast(['token', '--role', 'guest'], { TOKEN_SECRET }))
  expect((await seatcast(['venue', 'list'], { SEATCAST_TOKEN: guest })).error).toContain('FORBIDDEN')
  expect((await seatcast(['migrate'], { DATABASE_URL: tested.databaseUrl })).out).toBe('nothing to do\n')
})

test('[U7] roles are granted, listed and revoked by command line, and count from the next login', SLOW, async () => {
  const credentials = { email: 'Door@Example.com', password: 'a long password' }
  const post = (url: string) => tested.app.inject({ method: 'POST', url, payload: credentials })
  const rolesAtLogin = async () => (await post('/api/sessions')).json<{ roles: string[] }>().roles
  const role = (words: string[], more = {}) =>
    seatcast(['role', ...words], { DATABASE_URL: tested.databaseUrl, ...more })
  const staff = ['--email', ' door@example.COM', '--role', 'staff']

  expect((await role(['grant', ...staff])).error).toContain('no account has the e-mail')
  expect((await post('/api/accounts')).statusCode).toBe(201)
  expect((await role(['list'])).out).toBe('nobody has a role\n')
  expect((await role(['grant', ...staff])).out).toBe('door@example.com is staff from the next login on\n')
  expect((await role(['grant', ...staff])).out).toContain('was staff already')
  expect((await role(['grant', '--email', credentials.email, '--role', 'organiser'])).code).toBe(0)
  expect(await rolesAtLogin()).toEqual(['user', 'organiser', 'staff'])
  const { token, expiresInSeconds } = (await post('/api/sessions')).json<{ token: string; expiresInSeconds: number }>()
  expect(expiresInSeconds).toBe(43_200)
  expect((await seatcast(['venue', 'list'], { SEATCAST_TOKEN: token })).code).toBe(0)
  expect((await role(['list'])).out).toMatch(/^door@example.com {2}organiser {2}since .*\ndoor@example.com {2}staff /)

  expect((await role(['revoke', ...staff])).out).toContain('is not staff any more')
  expect((await role(['revoke', ...staff])).out).toContain('was not staff')
  expect(await rolesAtLogin()).toEqual(['user', 'organiser'])

  expect((await role(['grant', '--email', credentials.email, '--role', 'guest'])).error).toContain('--role must be')
  expect((await role(['grant', '--role', 'staff'])).error).toContain('--email is missing')
  expect((await role(['list'], { DATABASE_URL: '' })).error).toMatch(/no database: set DATABASE_URL.*database-url/)
  expect((await role(['list'], { DATABASE_URL: 'postgres://127.0.0.1:1/none' })).error).toContain('PostgreSQL: ')
})

test("help: every command, and each one's options", SLOW, async () => {
  const overview = await seatcast(['--help'])
  expect(overview.code).toBe(0)
  for (const name of ['migrate', 'token', 'venue check', 'show create', 'performance block'])
    expect(overview.out).toContain(name)
  expect((await seatcast(['performance', 'create', '--help'])).out).toContain('--hold-seconds <seconds>')
})
