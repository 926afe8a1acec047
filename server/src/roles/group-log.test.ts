import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { Answer, Caller, CommandHandler } from '../socket/command-handler.ts'
import { loggedGroups } from './group-log.ts'

const caller = { data: { userId: 'u' } } as Caller
const group = { groupId: 'g', performanceId: 'p', hold: { holdId: 'h', seats: [1, 2] } }

/** What the log says after the command answered so. */
async function linesAfter(event: string, answer: object): Promise<object[]> {
  const lines: object[] = []
  const log = pino({ base: null, timestamp: false }, { write: (line) => void lines.push(JSON.parse(line) as object) })
  const handler: CommandHandler = { event, check: () => null, run: () => answer as Answer }
  for (const logged of loggedGroups(log, [handler])) expect(await logged.run(caller, {})).toBe(answer)
  return lines
}

test("a change of a group is a line with the hold's id; a look, a refusal and a group that one left are none", async () => {
  expect(await linesAfter('group:hold', { ok: true, group })).toEqual([
    {
      level: 30,
      event: 'group:hold',
      groupId: 'g',
      performanceId: 'p',
      userId: 'u',
      holdId: 'h',
      seatCount: 2,
      msg: 'group changed',
    },
  ])
  expect(await linesAfter('group:join', { ok: true, group: { ...group, hold: null } })).toMatchObject([
    { groupId: 'g' },
  ])
  for (const [event, answer] of [
    ['group:watch', { ok: true, group }],
    ['group:hold', { ok: false, code: 'NO_BLOCK' }],
    ['group:leave', { ok: true, group: null }],
  ] as const)
    expect(await linesAfter(event, answer)).toEqual([])
})
