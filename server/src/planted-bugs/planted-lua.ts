import type { PlantedBug } from '../config.ts'
import { type ReadSource, sourceIn } from '../redis/scripts.ts'

/** A line of a script, without its indent, and what stands there once the bug is planted. */
interface Patch {
  readonly file: string
  readonly line: string
  readonly instead: string
}

/** How much too early the scan ends holds, ms. */
export const EARLY_MS = 3_000
/** Every such revision is left out. */
export const SKIPPED_REVISION = 25

const PATCHES: Record<PlantedBug, readonly Patch[]> = {
  'hold-without-owner-check': [
    {
      file: 'lib/may-hold.lua',
      line: "if owns(seat) then return 'mine' end",
      instead: "if owns(seat) then return 'mine' else return 'free' end",
    },
  ],
  'lost-frames': [],
  'early-expiry': [
    {
      file: 'expire-holds.lua',
      line: "local overdue = redis.call('ZRANGEBYSCORE', KEYS[6], '-inf', now, 'LIMIT', 0, ARGV[2]) -- guard: expiry in the scan",
      instead: `local overdue = redis.call('ZRANGEBYSCORE', KEYS[6], '-inf', now + ${EARLY_MS}, 'LIMIT', 0, ARGV[2])`,
    },
  ],
  'double-sale': [
    {
      file: 'lib/may-hold.lua',
      line: "if state ~= '1' then return 'taken' end",
      instead: "if state ~= '4' and not owns(seat) then return 'free' end",
    },
    {
      file: 'order-seats.lua',
      line: "if redis.call('HGET', KEYS[4], seat) ~= 'h:' .. holdId then return {'NO_HOLD'} end",
      instead: '',
    },
  ],
  'skipped-revision': [
    {
      file: 'lib/append-change.lua',
      line: 'revision = revision + 1',
      instead: `revision = revision + (revision % ${SKIPPED_REVISION} == ${SKIPPED_REVISION - 1} and 2 or 1)`,
    },
  ],
  'group-half-sold': [],
}

const LUA = sourceIn(new URL('../seats/lua/', import.meta.url))

/** The scripts with the bug in them; undefined: as they are. */
export function plantedLua(bug: PlantedBug | ''): ReadSource | undefined {
  if (bug === '' || PATCHES[bug].length === 0) return undefined
  const patches = PATCHES[bug]
  return (file) => patches.filter((patch) => patch.file === file).reduce(patched, LUA(file))
}

function patched(source: string, { file, line, instead }: Patch): string {
  const lines = source.split('\n')
  const places = lines.flatMap((candidate, place) => (candidate.trim() === line ? [place] : []))
  if (places.length !== 1) throw new Error(`${file} has ${places.length} lines "${line}", not one: plant the bug anew`)
  return lines.with(places[0] ?? 0, instead).join('\n')
}
