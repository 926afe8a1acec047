import { computed, effect, signal } from '@preact/signals'
import { en } from './en.ts'
import { firstLanguage, type Language } from './first-language.ts'
import { ko } from './ko.ts'

export type Words = typeof en

const DICTIONARIES: Record<Language, Words> = { en, ko }
const STORAGE_KEY = 'seatcast.language'

/** The language in use; change it with `chooseLanguage`. */
export const language = signal<Language>('en')
/** The words of the language in use: components that read them follow a change by themselves. */
export const words = computed<Words>(() => DICTIONARIES[language.value])

/** Takes `?lang=`, else the stored choice, else the browser's wish; from then on `<html lang>` follows. */
export function startLanguage(): void {
  const asked = new URLSearchParams(location.search).get('lang')
  language.value = firstLanguage([asked, stored(), ...navigator.languages])
  effect(() => {
    document.documentElement.lang = language.value
  })
}

/** Takes the choice over for this and later visits; a `?lang=` in the address follows it. */
export function chooseLanguage(choice: Language): void {
  language.value = choice
  try {
    localStorage.setItem(STORAGE_KEY, choice)
  } catch {
    // Storage is switched off: the choice lasts for this page.
  }
  const url = new URL(location.href)
  if (!url.searchParams.has('lang')) return
  url.searchParams.set('lang', choice)
  history.replaceState(history.state, '', url)
}

/** A link inside Seatcast that keeps a language asked for in the address. */
export function localPath(path: string): string {
  return new URLSearchParams(location.search).has('lang') ? `${path}?lang=${language.value}` : path
}

function stored(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY)
  } catch {
    return null
  }
}
