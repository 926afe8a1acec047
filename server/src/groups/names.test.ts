import { expect, test } from 'vitest'
import { GroupRefusal } from './group-parts.ts'
import { checkedName } from './names.ts'

test.each(['Ada', ' 김하늘 ', 'O’Brien', '👩‍👩‍👧', 'می‌خواهم', 'José', '#2'])('%s is a name', (name) => {
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
  ['too long', 'a'.repeat(41)],
])('%s is no name', (_, name) => {
  expect(() => checkedName(name)).toThrow(GroupRefusal)
})
