import { expect, test } from 'vitest'
import { firstLanguage } from './first-language.ts'

test('the first wish that we speak wins, by its primary tag', () => {
  expect(firstLanguage(['ko', 'en'])).toBe('ko')
  expect(firstLanguage([null, undefined, 'fr-FR', 'ko-KR', 'en'])).toBe('ko')
  expect(firstLanguage(['EN-gb', 'ko'])).toBe('en')
})

test('without a wish that we speak it is English', () => {
  expect(firstLanguage([])).toBe('en')
  expect(firstLanguage(['', 'xx', 'korean'])).toBe('en')
})
