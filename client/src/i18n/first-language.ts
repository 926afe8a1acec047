export const LANGUAGES = ['en', 'ko'] as const
export type Language = (typeof LANGUAGES)[number]

/** Each language by its own name, and where there is little room. */
export const LANGUAGE_NAMES: Record<Language, { readonly long: string; readonly short: string }> = {
  en: { long: 'English', short: 'EN' },
  ko: { long: '한국어', short: '한' },
}

/** The first wish that we speak, by its primary tag (`ko-KR` is `ko`); English without one. */
export function firstLanguage(wishes: readonly (string | null | undefined)[]): Language {
  for (const wish of wishes) {
    const primary = wish?.toLowerCase().split('-')[0]
    const known = LANGUAGES.find((candidate) => candidate === primary)
    if (known !== undefined) return known
  }
  return 'en'
}
