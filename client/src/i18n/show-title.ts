import type { ShowTitles } from '@seatcast/shared/protocol/http.ts'
import { language } from './language.ts'

/** A show's title in the language in use; English where it has no other. */
export function showTitle({ title, titles }: { readonly title: string; readonly titles: ShowTitles }): string {
  return titles[language.value] ?? title
}
