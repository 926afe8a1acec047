import { randomUUIDv7 } from 'node:crypto'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** PostgreSQL refuses other text in a uuid column with an error; to a reader it is simply not found. */
export const isUuid = (text: string): boolean => UUID.test(text)

/** A new UUIDv7: ids sort by the time of creation. */
export const newId = (): string => randomUUIDv7()

/** Smaller than every id made since that moment (Unix ms), larger than every one made before it. */
export function firstIdSince(ms: number): string {
  const hex = Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}
