import type { ParseArgsOptionDescriptor } from 'node:util'
import type { CliSettings } from '../config.ts'
import type { ApiClient } from './api-client.ts'

/** One option of a command, as node:util's parseArgs knows it, with words for the help. */
export interface CommandOption extends ParseArgsOptionDescriptor {
  /** What stands for the value in the help, e.g. `<seconds>`. */
  readonly value?: string
  readonly help: string
}

export interface Invocation {
  readonly settings: CliSettings
  readonly api: ApiClient
  readonly arguments: readonly string[]
  /** An option's text; throws a UsageError when it is missing. */
  readonly required: (name: string) => string
  readonly optional: (name: string) => string | undefined
  /** Every value of an option that may stand several times. */
  readonly several: (name: string) => readonly string[]
}

/** What a command found out: for people, or whole with `--json`. */
export interface Outcome {
  readonly lines: readonly string[]
  readonly json: unknown
  /** A check that found differences ends with 1, like diff. */
  readonly exitCode?: 0 | 1
}

export interface Command {
  /** As typed: `venue check`. */
  readonly name: string
  /** What follows the name, e.g. `<file>`; as many arguments are required. `…` at the end: one or more. */
  readonly arguments: readonly string[]
  readonly summary: string
  readonly options: Readonly<Record<string, CommandOption>>
  /** More than a line, for `--help`. */
  readonly details?: readonly string[]
  run(invocation: Invocation): Promise<Outcome>
}
