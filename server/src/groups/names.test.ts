import { expect, test } from 'vitest'
import { GroupRefusal } from './group-parts.ts'
import { checkedName, freeName } from './names.ts'

test.each(['Ada', ' 김하늘 ', 'O’Brien', '👩‍👩‍👧', 'می‌خواهم', 'José', '#2', '🏴󠁧󠁢󠁳󠁣󠁴󠁿 Isla'])('%s is a name', (name) => {
  expect(checkedName(name)).toBe(name.normalize('NFC').trim())
})

test.each([
  ['nothing', ''],
  ['spaces', ' \u00a0\u3000'],
  ['no width', '\u200b'],
  ['joiners alone', '\u200d\u200c'],
  ['a Hangul filler', '\u3164'],
  ['an empty Braille pattern', '\u2800'],
  ['a mark on nothing', '\ufe0f'],
  ['text that runs the other way', 'Ada\u202e'],
  ['a line break', 'A\nB'],
  ['an unseen sign within', 'A\u200bda'],
  ['unseen letters without their flag', 'Ada\u{e0067}\u{e0062}\u{e007f}'],
  ['too long', 'a'.repeat(41)],
])('%s is no name', (_, name) => {
  expect(() => checkedName(name)).toThrow(GroupRefusal)
})

test.each([
  ['Ben', ['Host'], 'Ben'],
  ['Ben', ['Host', 'Ben'], 'Ben 2'],
  ['host', ['Host', 'Ben'], 'host 2'],
  ['Ｈｏｓｔ', ['Host'], 'Ｈｏｓｔ 2'],
  ['Ben', ['Ben', 'Ben 2', 'ben 3'], 'Ben 4'],
  ['김하늘', ['김하늘'], '김하늘 2'],
  ['👩'.repeat(40), ['👩'.repeat(40)], `${'👩'.repeat(38)} 2`],
])('%s beside %j is called %s', (name, taken, called) => {
  expect(freeName(name, taken)).toBe(called)
})
