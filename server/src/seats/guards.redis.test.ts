import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findFailure } from '../../test/support/check-sequences.ts'
import { guardsOf, withoutGuard } from '../../test/support/patched-lua.ts'
import { createModelRun, ModelDifference } from '../../test/support/seat-model-run.ts'
import { testRedis } from '../../test/support/redis.ts'
import { connectRedis, untilReady } from '../redis/client.ts'

/** Sequences in which the model must notice that a guard is gone. */
const RUNS_MAX = 4_000
const SEED = 20_261_120

/** Every line marked `-- guard:` in the scripts, and what stands there once it is removed. */
const GUARDS: readonly (readonly [rule: string, file: string, guard: string, instead: string])[] = [
  ['R4', 'lib/map-header.lua', 'epoch', 'local _ = ARGV[1]'],
  ['R5', 'load-map.lua', 'epoch of a load', ''],
  ['R3', 'lib/append-change.lua', 'chain', ''],
  ['H3', 'lib/own-hold.lua', 'owner of a seat', '  return hold ~= nil'],
  ['H3', 'lib/end-hold.lua', 'owner at the end', '    if true then'],
  ['H3', 'lib/end-hold.lua', "owner of a buyer's record", '  if known then'],
  ['H5', 'lib/end-hold.lua', 'expiry on touch', ''],
  [
    'H5',
    'expire-holds.lua',
    'expiry in the scan',
    "local overdue = redis.call('ZRANGE', KEYS[6], 0, ARGV[2] - 1 + 0 * now)",
  ],
  ['H1', 'hold-seats.lua', 'all or nothing', ''],
  ['H1', 'swap-seats.lua', 'all or nothing', ''],
  ['H1', 'hold-first-free.lua', 'all or nothing', ''],
  ['H11', 'set-blocked.lua', 'all or nothing', 'if false then'],
  ['H8', 'lib/may-hold.lua', 'per-buyer limit', ''],
  ['H8', 'lib/may-hold.lua', 'per-address limit', ''],
  ['H10', 'lib/may-hold.lua', 'sale', ''],
  ['H12', 'lib/may-hold.lua', 'budget', ''],
  ['H12', 'lib/hold-records.lua', 'no budget', ''],
  ['H9', 'lib/request-memory.lua', 'repeat', 'local remembered = false'],
  ['H9', 'lib/request-memory.lua', 'repeat of another command', ''],
  ['H1', 'lib/seat-lists.lua', 'seats of this map', ''],
  ['G2', 'lib/own-hold.lua', 'in a group', ''],
  ['G2', 'order-seats.lua', 'order in a group', ''],
  ['G2', 'set-members.lua', 'version', ''],
  ['G2', 'lib/load-groups.lua', 'group of a kept hold', ''],
  [
    'G3',
    'extend-hold.lua',
    'the hold that is extended',
    "if not hold or ARGV[3] == '' then return answer('NO_HOLD') end",
  ],
  ['G3', 'extend-hold.lua', 'extended once', ''],
  ['G1', 'release-block.lua', 'the named hold', "if hold and ARGV[3] ~= 'none' then"],
  ['G3', 'hold-block.lua', 'the hold that is changed', 'local _ = ARGV[6]'],
  ['G4', 'hold-block.lua', 'all or nothing', ''],
  ['G7', 'lib/group-hold.lua', 'seats of members', ''],
  ['G7', 'lib/group-hold.lua', 'per-member limit', ''],
  [
    'G11',
    'order-group.lua',
    'the hold that is ordered',
    "local hold = not endIfOverdue(account.holdId) and holdIn(redis.call('HGET', KEYS[5], account.holdId))",
  ],
  ['G11', 'order-group.lua', 'seats of the hold', ''],
  ['G11', 'order-group.lua', 'a seat in two orders', ''],
  ['G1', 'order-group.lua', 'the whole hold', ''],
  ['H8', 'order-group.lua', 'per-buyer limit', ''],
  ['G1', 'lib/return-group.lua', 'one block', '  local another = false'],
  ['O2', 'lib/group-seats-back.lua', 'confirmed orders stay', '    if one and one.group and one.group.shares then'],
]

const server = await testRedis()
const redis = connectRedis(server.url, 'commands', () => undefined)
beforeAll(() => untilReady(redis, 5_000))
afterAll(() => redis.disconnect())

test('every guard in the scripts is in this list', () => {
  const files = readdirSync(new URL('lua/', import.meta.url), { recursive: true, encoding: 'utf8' })
  const marked = guardsOf(files.filter((file) => file.endsWith('.lua')))
  expect(marked.toSorted()).toEqual(GUARDS.map(([, file, guard]) => `${file}: ${guard}`).toSorted())
})

test.for(GUARDS)('[%s] without %s, guard "%s", the model finds a difference', async ([, file, guard, instead]) => {
  const failure = await findFailure(createModelRun(redis, withoutGuard(file, guard, instead)), RUNS_MAX, SEED)
  expect(failure?.cause).toBeInstanceOf(ModelDifference)
})
