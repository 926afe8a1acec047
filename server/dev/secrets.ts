import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Secrets {
  readonly databasePassword: string
  readonly tokenSecret: string
  /** The `sub` of the demo's organiser: the same for the data's life, so that they stay the owner of it. */
  readonly organiserId: string
}

/** Made once and kept beside the data they belong to, readable by their owner only; a token secret that is given wins. */
export function secrets(dataDirectory: string, givenTokenSecret = ''): Secrets {
  const kept = keptSecrets(dataDirectory)
  return givenTokenSecret === '' ? kept : { ...kept, tokenSecret: givenTokenSecret }
}

function keptSecrets(dataDirectory: string): Secrets {
  const file = join(dataDirectory, 'secrets.json')
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Secrets
  const made: Secrets = {
    databasePassword: randomBytes(16).toString('hex'),
    tokenSecret: randomBytes(32).toString('hex'),
    organiserId: randomUUID(),
  }
  writeFileSync(file, JSON.stringify(made, null, 2), { mode: 0o600 })
  return made
}
