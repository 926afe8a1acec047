import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { StartError } from '../../server/src/lifecycle/service.ts'
import { knobFault } from '../lib/seatcast/knob-bounds.ts'

/**
 * What a scenario's file says about itself. It is read, not run: it imports k6's own modules, and `list` is to work
 * without k6.
 */
export interface ScenarioFacts {
  readonly name: string
  readonly file: string
  /** The first paragraph of its first comment. */
  readonly story: string
  /** Its own, and those that every scenario has. */
  readonly knobs: readonly Knob[]
  /** It takes a mixture of users. */
  readonly mixesUsers: boolean
  /** Settings that its node needs beside those of every run: the comment's line `Server: NAME=value …`. */
  readonly server: Readonly<Record<string, string>>
}

/** A line `NAME: [usual, quick, 'meaning']` of the scenario's file. */
export interface Knob {
  readonly name: string
  readonly usual: string
  readonly quick: string
  readonly meaning: string
}

const SCENARIOS = join(import.meta.dirname, '..', 'scenarios')
/** Declares the knobs that every scenario has. */
const COMMON_KNOBS = join(import.meta.dirname, '..', 'lib', 'seatcast', 'knobs.ts')
/** Knobs that are no numbers and have no line. */
const SWITCHES = ['ALLOW_NO_AUDIT']

export function listScenarios(directory = SCENARIOS): ScenarioFacts[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .toSorted()
    .map((file) => readScenario(join(directory, file)))
}

/** Refuses a knob that none of the scenarios has (a typing error would otherwise measure something else), and nonsense. */
export function checkKnobs(
  scenarios: readonly Pick<ScenarioFacts, 'knobs'>[],
  values: Readonly<Record<string, string>>,
): void {
  const known = new Set([...scenarios.flatMap(({ knobs }) => knobs.map(({ name }) => name)), ...SWITCHES])
  const unknown = Object.keys(values).find((name) => !known.has(name))
  if (unknown !== undefined) throw new StartError(`There is no knob ${unknown}: ${[...known].join(', ')}.`)
  for (const [name, value] of Object.entries(values)) {
    const fault = SWITCHES.includes(name) ? null : knobFault(name, value)
    if (fault !== null) throw new StartError(`${fault}.`)
  }
}

/** For how long they load the system if they run one after the other, s, set-up and verdict not counted. */
export function secondsOfLoad(
  scenarios: readonly Pick<ScenarioFacts, 'knobs'>[],
  { quick, knobs: set }: { readonly quick: boolean; readonly knobs: Readonly<Record<string, string>> },
): number {
  return scenarios.reduce((sum, { knobs }) => {
    const own = knobs.find(({ name }) => name === DURATION)
    return sum + Number(set[DURATION] ?? (quick ? own?.quick : own?.usual) ?? 0)
  }, 0)
}
const DURATION = 'DURATION'

export function readScenario(file: string): ScenarioFacts {
  const source = readFileSync(file, 'utf8')
  const comment = /\/\*\*(?<text>.*?)\*\//s.exec(source)?.groups?.['text']
  if (comment === undefined) throw new Error(`${file} has no comment that says what the scenario is`)
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\*? ?/, '').trimEnd())
  const paragraphs = lines
    .join('\n')
    .trim()
    .split(/\n\s*\n/)
  const own = [...knobsIn(source), ...sharedKnobs(file, source)]
  const common = knobsIn(readFileSync(COMMON_KNOBS, 'utf8'))
  return {
    name: basename(file, '.ts'),
    file,
    story: (paragraphs[0] ?? '').replaceAll('\n', ' '),
    knobs: firstOfEach([...own, ...common]),
    mixesUsers: /\bUSERS\b/.test(source),
    server: serverSettings(lines),
  }
}

/** Of `...NAME_KNOBS` that it shares with other scenarios, from the file where they stand. */
function sharedKnobs(file: string, source: string): Knob[] {
  return [...source.matchAll(/\.\.\.(?<list>[A-Z_]*KNOBS)\b/g)].flatMap(({ groups = {} }) => {
    const list = groups['list'] ?? ''
    const from = new RegExp(`import {[^}]*\\b${list}\\b[^}]*} from '([^']+)'`).exec(source)?.[1]
    return from === undefined ? [] : knobsIn(readFileSync(join(dirname(file), from), 'utf8'))
  })
}

function knobsIn(source: string): Knob[] {
  const line =
    /^\s+(?<name>[A-Z][A-Z0-9_]*): \[\s*(?<usual>[\w.]+),\s*(?<quick>[\w.]+),\s*(?<meaning>'[^']*'|"[^"]*"),?\s*\]/gm
  return [...source.matchAll(line)].map(({ groups = {} }) => ({
    name: groups['name'] ?? '',
    usual: (groups['usual'] ?? '').replaceAll('_', ''),
    quick: (groups['quick'] ?? '').replaceAll('_', ''),
    meaning: (groups['meaning'] ?? '').slice(1, -1),
  }))
}

/** The scenario's own line counts, not the common one. */
const firstOfEach = (knobs: readonly Knob[]): Knob[] =>
  knobs.filter(({ name }, place) => knobs.findIndex((knob) => knob.name === name) === place)

function serverSettings(lines: readonly string[]): Record<string, string> {
  const text = lines.find((line) => line.startsWith('Server:'))?.slice('Server:'.length) ?? ''
  return Object.fromEntries(
    text
      .split(/\s+/)
      .filter(Boolean)
      .map((setting) => {
        const [name = '', value = ''] = setting.split('=')
        return [name, value]
      }),
  )
}
