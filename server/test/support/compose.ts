import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { CLONE } from '../../dev/clone.ts'

export interface ComposeService {
  readonly image: string
  readonly profiles?: readonly string[]
  readonly command?: readonly string[]
  readonly entrypoint?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly restart?: string
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: { readonly test: readonly string[] }
}

export interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>
  readonly volumes: Readonly<Record<string, unknown>>
}

export const COMPOSE_TEXT = readFileSync(join(CLONE, 'docker-compose.yml'), 'utf8')

/** docker-compose.yml with its variables replaced, as `docker compose config` would; a missing required one throws. */
export function composeWith(variables: Readonly<Record<string, string>>): Compose {
  const text = COMPOSE_TEXT.replaceAll(/\$\{(\w+)(:[-?])([^}]*)\}/g, (_, name: string, kind: string, rest: string) => {
    const value = variables[name]
    if (value !== undefined && value !== '') return value
    if (kind === ':-') return rest
    throw new Error(`required variable ${name} ${rest}`)
  })
  return parse(text, { merge: true }) as Compose
}

/** What the image runs when the service starts: the Dockerfile's entry point and the service's command. */
export function commandOf(service: ComposeService): string[] {
  const dockerfile = readFileSync(join(CLONE, 'server', 'Dockerfile'), 'utf8')
  const entrypoint = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]'
  return [...(service.entrypoint ?? (JSON.parse(entrypoint) as string[])), ...(service.command ?? [])]
}
