import { groupWords } from '../../i18n/group-words.ts'

/** Something friendly to be called by until one says one's name. */
export function anyName(): string {
  const { names } = groupWords.peek()
  return names[Math.floor(Math.random() * names.length)] ?? names[0] ?? ''
}
