import { parseArgs } from 'node:util'
import { readCliSettings } from '../config.ts'
import { apiClient } from './api-client.ts'
import { CommandError, UsageError } from './command-error.ts'
import type { Command, CommandOption, Invocation } from './command.ts'
import { commandHelp, overview } from './help.ts'
import { installationCommands } from './installation-commands.ts'
import { performanceCommands } from './performance-commands.ts'
import { roleCommands } from './role-commands.ts'
import { showCommands } from './show-commands.ts'
import { venueCommands } from './venue-commands.ts'

const COMMANDS: readonly Command[] = [
  ...installationCommands,
  ...roleCommands,
  ...venueCommands,
  ...showCommands,
  ...performanceCommands,
]

/** Every command has these. */
const COMMON: Readonly<Record<string, CommandOption>> = {
  json: { type: 'boolean', help: 'print the whole answer as JSON' },
  help: { type: 'boolean', short: 'h', help: 'print this' },
}

process.exitCode = await main(process.argv.slice(2))

async function main(typed: readonly string[]): Promise<number> {
  const json = typed.includes('--json')
  try {
    return await runCommand(typed, json)
  } catch (error) {
    if (error instanceof UsageError) console.error(error.message)
    else if (error instanceof CommandError) {
      if (json) console.log(JSON.stringify(error.json, null, 2))
      else console.error(error.lines.join('\n'))
    } else throw error
    return 1
  }
}

async function runCommand(typed: readonly string[], json: boolean): Promise<number> {
  const command = COMMANDS.find(({ name }) => name.split(' ').every((word, at) => typed[at] === word))
  if (command === undefined) {
    const asked = typed.length === 0 || typed[0] === '--help' || typed[0] === '-h' || typed[0] === 'help'
    const group = COMMANDS.filter(({ name }) => name.startsWith(`${typed[0]} `))
    if (asked) console.log(overview(COMMANDS))
    else if (group.length > 0) console.error(overview(group))
    else console.error(`there is no command ${typed.join(' ')}\n\n${overview(COMMANDS)}`)
    return asked ? 0 : 1
  }
  const { values, positionals } = parsed(command, typed.slice(command.name.split(' ').length))
  if (values['help'] === true) {
    console.log(commandHelp(command, COMMON))
    return 0
  }
  checkArguments(command, positionals)
  const outcome = await command.run(invocation(values, positionals))
  if (json) console.log(JSON.stringify(outcome.json, null, 2))
  else if (outcome.lines.length > 0) console.log(outcome.lines.join('\n'))
  return outcome.exitCode ?? 0
}

type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>

function parsed(command: Command, typed: readonly string[]): { values: Values; positionals: string[] } {
  try {
    const options = { ...command.options, ...COMMON }
    return parseArgs({ args: [...typed], options, allowPositionals: true, strict: true })
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(`${error.message}\n\n${commandHelp(command, COMMON)}`)
    throw error
  }
}

function checkArguments(command: Command, given: readonly string[]): void {
  const open = command.arguments.at(-1)?.endsWith('…') === true
  if (given.length < command.arguments.length || (!open && given.length > command.arguments.length)) {
    throw new UsageError(commandHelp(command, COMMON))
  }
}

function invocation(values: Values, positionals: readonly string[]): Invocation {
  const settings = readCliSettings()
  const optional = (name: string): string | undefined => {
    const value = values[name]
    return typeof value === 'string' ? value : undefined
  }
  return {
    settings,
    api: apiClient(settings),
    arguments: positionals,
    optional,
    required(name) {
      const value = optional(name)
      if (value === undefined) throw new UsageError(`--${name} is missing; --help says more`)
      return value
    },
    several(name) {
      const value = values[name]
      return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
    },
  }
}
