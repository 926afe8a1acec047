import type { Command, CommandOption } from './command.ts'

/** All commands, a line each. */
export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => command.name.length))
  return [
    'npm run seatcast -- <command> [options]',
    '',
    ...commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`),
    '',
    'Environment: SEATCAST_URL (http://127.0.0.1:3000), SEATCAST_TOKEN (or the file .seatcast/organiser-token)',
    'Every command has --json and --help.',
  ].join('\n')
}

export function commandHelp(command: Command, common: Readonly<Record<string, CommandOption>>): string {
  const options = Object.entries({ ...command.options, ...common }).map(([name, option]) => ({
    left: `--${name}${option.type === 'string' ? ` ${option.value ?? '<text>'}` : ''}`,
    help: option.help,
  }))
  const width = Math.max(...options.map(({ left }) => left.length))
  return [
    `npm run seatcast -- ${[command.name, ...command.arguments].join(' ')} [options]`,
    '',
    command.summary,
    ...(command.details ?? []),
    '',
    ...options.map(({ left, help }) => `  ${left.padEnd(width)}  ${help}`),
  ].join('\n')
}
