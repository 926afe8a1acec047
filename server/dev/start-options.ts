import { parseArgs } from 'node:util'
import { StartError } from '../src/lifecycle/service.ts'

export interface StartOptions {
  readonly bots: boolean
  readonly port: number
  readonly workers: number
  readonly fresh: boolean
  readonly help: boolean
}

export const USAGE = `npm start -- [flags]
  --port 3000   where the pages are served
  --workers 2   worker processes of the node
  --no-bots     no simulated buyers
  --fresh       throw the demo's data away and begin anew
  --help        this text
DATABASE_URL and REDIS_URL use an existing PostgreSQL and Redis; SEATCAST_LIMITS=production restores the real limits;
TOKEN_SECRET signs the tokens instead of the secret that is kept with the data.`

const FLAGS = {
  port: { type: 'string' },
  workers: { type: 'string' },
  'no-bots': { type: 'boolean' },
  fresh: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/** Reads the command line; PORT and WORKERS of the environment stand in for absent flags. */
export function startOptions(args: readonly string[], env: NodeJS.ProcessEnv): StartOptions {
  const { tokens } = parseArgs({ args: [...args], options: FLAGS, strict: false, tokens: true })
  const given = new Map<string, string | undefined>()
  for (const token of tokens) {
    if (token.kind === 'positional')
      throw new StartError(`${token.value} is not a flag: npm start -- --help lists them.`)
    if (token.kind !== 'option') continue
    const flag = FLAGS[token.name as keyof typeof FLAGS] as (typeof FLAGS)[keyof typeof FLAGS] | undefined
    if (flag === undefined) throw new StartError(`Unknown flag ${token.rawName}: npm start -- --help lists them.`)
    if ((flag.type === 'string') !== (token.value !== undefined))
      throw new StartError(
        `${token.rawName} takes ${flag.type === 'string' ? 'a value' : 'no value'}: npm start -- --help`,
      )
    given.set(token.name, token.value)
  }
  return {
    bots: !given.has('no-bots'),
    port: integer('--port', given.get('port') ?? (env['PORT'] || '3000'), 1, 65_535),
    workers: integer('--workers', given.get('workers') ?? (env['WORKERS'] || '2'), 1, 64),
    fresh: given.has('fresh'),
    help: given.has('help'),
  }
}

function integer(name: string, text: string, min: number, max: number): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < min || value > max)
    throw new StartError(`${name} must be a whole number from ${min} to ${max}.`)
  return value
}
