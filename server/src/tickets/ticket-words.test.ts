import { expect, test } from 'vitest'
import { languageOf } from './ticket-words.ts'

test.each([
  [undefined, undefined, 'en'],
  ['ko', 'en-GB,en', 'ko'],
  ['fr', 'ko-KR,ko;q=0.9,en;q=0.8', 'ko'],
  [undefined, 'fr-FR, en;q=0.4, ko;q=0.5', 'ko'],
  [undefined, 'ko;q=0, fr', 'en'],
  [undefined, 'KO', 'ko'],
  [undefined, ';;;q=x,,*', 'en'],
])('asked for %j, browser says %j: %s', (asked, header, language) => {
  expect(languageOf(asked, header)).toBe(language)
})
