import { readFile } from 'node:fs/promises'
import type { Problem } from '@seatcast/shared/protocol/http.ts'
import type { CliSettings } from '../config.ts'
import { CommandError } from './command-error.ts'

/** Speaks to a node as the organiser. */
export interface ApiClient {
  get<Answer>(path: string): Promise<Answer>
  /** The bytes of an answer that is not read here. */
  download(path: string): Promise<Buffer>
  send<Answer>(method: 'POST' | 'PATCH', path: string, body: unknown): Promise<Answer>
  /** Sends a file as it is. */
  upload<Answer>(path: string, file: Buffer): Promise<Answer>
}

/** An import of a large venue takes seconds; anything longer hangs, ms. */
const REQUEST_TIMEOUT_MS = 120_000

export function apiClient(settings: CliSettings): ApiClient {
  const request = async (method: string, path: string, body?: string | Buffer): Promise<Response> => {
    const headers = {
      authorization: `Bearer ${await tokenOf(settings)}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    }
    let response: Response
    try {
      response = await fetch(settings.url + path, {
        method,
        headers,
        ...(body !== undefined && { body: typeof body === 'string' ? body : new Uint8Array(body) }),
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      })
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
      throw new CommandError([`no answer from ${settings.url} (${cause}): is it running? Set SEATCAST_URL`])
    }
    if (!response.ok) throw await refusalOf(response, method, path)
    return response
  }
  return {
    get: async <Answer>(path: string) => (await (await request('GET', path)).json()) as Answer,
    download: async (path) => Buffer.from(await (await request('GET', path)).arrayBuffer()),
    send: async <Answer>(method: 'POST' | 'PATCH', path: string, body: unknown) =>
      (await (await request(method, path, JSON.stringify(body))).json()) as Answer,
    upload: async <Answer>(path: string, file: Buffer) => (await (await request('POST', path, file)).json()) as Answer,
  }
}

async function tokenOf({ token, tokenFile }: CliSettings): Promise<string> {
  if (token !== undefined && token !== '') return token
  try {
    return (await readFile(tokenFile, 'utf8')).trim()
  } catch (error) {
    throw new CommandError([
      `no organiser token: set SEATCAST_TOKEN, or run from the folder whose npm start wrote ${tokenFile}`,
      ...(error instanceof Error ? [`  ${error.message}`] : []),
    ])
  }
}

/** The problem as lines: the code, then every path of a bad request. */
async function refusalOf(response: Response, method: string, path: string): Promise<CommandError> {
  const text = await response.text()
  if (!(response.headers.get('content-type') ?? '').includes('json')) {
    return new CommandError([`${method} ${path} answered ${response.status}`])
  }
  const problem = JSON.parse(text) as Problem
  const lines = [
    `refused: ${problem.code}${problem.detail === undefined ? '' : `: ${problem.detail}`}`,
    ...(problem.errors ?? []).map((error) => `  ${error.path === '' ? '(whole)' : error.path}  ${error.message}`),
    ...(problem.seats === undefined ? [] : [`  seats in the way: ${problem.seats.join(', ')}`]),
    ...(problem.retryInMs === undefined ? [] : [`  ask again in ${Math.ceil(problem.retryInMs / 1_000)} s`]),
  ]
  return new CommandError(lines, problem)
}
