import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { TLocalizedValidationError } from 'typebox/error'
import { Settings } from 'typebox/system'
import { Value } from 'typebox/value'

/** Errors one answer lists. Source: a guess; a person corrects a page of them at a time. */
const ERRORS_MAX = 200

/** A request part that does not fit its schema: every mistake with its path. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError'
  readonly errors: readonly { readonly path: string; readonly message: string }[]

  constructor(errors: InvalidRequestError['errors']) {
    super('the request does not fit its schema')
    this.errors = errors
  }
}

export const isInvalid = (error: unknown): error is InvalidRequestError => error instanceof InvalidRequestError

/** Checks with TypeBox. Only params, queries and headers, which are text, are converted; a body says what it means. */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = Compile(schema)
  return (value: unknown) => {
    const given = httpPart === 'body' ? value : Value.Convert(schema, value)
    if (check.Check(given)) return { value: given }
    return { error: new InvalidRequestError(pathsOf(allErrors(() => check.Errors(given)))) }
  }
}

/** TypeBox stops at 8 errors unless told otherwise, and only a global setting tells it. */
function allErrors<T>(find: () => T): T {
  const before = Settings.Get().maxErrors
  Settings.Set({ maxErrors: ERRORS_MAX })
  try {
    return find()
  } finally {
    Settings.Set({ maxErrors: before })
  }
}

function pathsOf(found: readonly TLocalizedValidationError[]): InvalidRequestError['errors'] {
  const errors = new Map<string, string>()
  for (const { path, message } of found.flatMap(wordsOf)) {
    const other = errors.get(path)
    if (other === undefined) errors.set(path, message)
    else if (!other.split(' or ').includes(message)) errors.set(path, `${other} or ${message}`)
  }
  return [...errors].map(([path, message]) => ({ path, message }))
}

/** One error may name several fields, or only repeat what its parts said. */
function wordsOf(error: TLocalizedValidationError): { path: string; message: string }[] {
  const path = error.instancePath
  if (error.keyword === 'additionalProperties' || error.keyword === 'anyOf') return []
  if (error.keyword === 'boolean') return [{ path, message: 'unknown field' }]
  if (error.keyword === 'required') {
    return error.params.requiredProperties.map((name) => ({ path: `${path}/${pointer(name)}`, message: 'is missing' }))
  }
  return [{ path, message: error.message }]
}

/** Escapes a field's name for a JSON pointer (RFC 6901). */
const pointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')
