import { randomUUIDv7 } from 'node:crypto'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** PostgreSQL refuses other text in a uuid column with an error; to a reader it is simply not found. */
export const isUuid = (text: string): boolean => UUID.test(text)

/** A new UUIDv7: ids sort by the time of creation. */
export const newId = (): string => randomUUIDv7()
