import type { Layout } from '@seatcast/shared/domain/layout.ts'
import { nameIn } from '@seatcast/shared/domain/name-book.ts'
import { language } from './language.ts'

/** What a layout's sections, zones and captions are called in the language in use. */
export function layoutNames({ names }: Layout): (name: string) => string {
  return (name) => (language.value === 'ko' ? nameIn(names?.ko, name) : name)
}
