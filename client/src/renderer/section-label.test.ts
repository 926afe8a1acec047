import { expect, test } from 'vitest'
import { placeLabels, type LabelCandidate } from './section-label.ts'

const measure = (text: string, sizePx: number) => text.length * sizePx * 0.6
const section = (more: Partial<LabelCandidate> = {}): LabelCandidate => ({
  section: 0,
  name: 'Stalls',
  count: '120',
  x: 100,
  y: 100,
  height: 200,
  widthFor: () => 200,
  weight: 1,
  ...more,
})

test('with room enough: the name large, the count below it', () => {
  const [label] = placeLabels([section()], measure)
  expect(label?.lines.map((line) => [line.text, line.role, line.sizePx])).toEqual([
    ['Stalls', 'name', 15],
    ['120', 'count', 11],
  ])
  expect(label?.lines[0]?.y).toBeLessThan(label?.lines[1]?.y ?? 0)
})

test('less room: smaller, then without the count, then nothing; never a count alone', () => {
  const lines = (width: number, height: number) =>
    placeLabels([section({ widthFor: () => width, height })], measure)[0]?.lines.map(
      (line) => `${line.text} ${line.sizePx}`,
    )
  expect(lines(42, 40)).toEqual(['Stalls 11', '120 11'])
  expect(lines(200, 16)).toEqual(['Stalls 15'])
  expect(lines(34, 40)).toEqual(['Stalls 9'])
  expect(lines(20, 40)).toBeUndefined()
  expect(lines(5, 5)).toBeUndefined()
})

test('labels never overlap; the more important one stays', () => {
  const placed = placeLabels([section(), section({ section: 1, x: 110, weight: 5 })], measure)
  expect(placed.map((label) => label.section)).toEqual([1])
})

test('a label that is too wide when high may fit without its second line', () => {
  const [label] = placeLabels([section({ widthFor: (height) => (height > 20 ? 10 : 60) })], measure)
  expect(label?.lines.map((line) => line.text)).toEqual(['Stalls'])
})

const namesOf = (candidates: readonly Partial<LabelCandidate>[]) =>
  placeLabels(
    candidates.map((more, index) => section({ section: index, x: index * 300, weight: -index, ...more })),
    measure,
  ).map((label) => label.lines[0]?.text)

test('one section of a family without room for its whole name: all of them show the short one', () => {
  const narrow = { widthFor: () => 24 }
  const block = (number: number) => ({ name: `Block ${number}` })
  expect(namesOf([block(104), block(105), { name: 'Stalls' }])).toEqual(['Block 104', 'Block 105', 'Stalls'])
  expect(namesOf([block(104), { ...block(105), ...narrow }, { name: 'Stalls' }])).toEqual(['104', '105', 'Stalls'])
})

test('a name is cut to the word that tells it from the others', () => {
  const narrow = { widthFor: () => 40 }
  const circles = [
    { name: 'Upper circle', ...narrow },
    { name: 'Dress circle', ...narrow },
  ]
  expect(namesOf(circles)).toEqual(['Upper', 'Dress'])
  expect(namesOf([...circles, { name: 'Boxes left', ...narrow }, { name: 'Boxes right', ...narrow }])).toEqual([
    'Upper',
    'Dress',
    'left',
    'right',
  ])
})

test('a section too narrow for its short name shows it along its depth', () => {
  const turned = { x: 100, y: 100, angle: -1.5, height: 17, widthFor: () => 50 }
  const narrow = { widthFor: () => 17, height: 50, turned }
  const [label] = placeLabels([section({ name: 'West 351', ...narrow })], measure)
  expect(label?.lines.map(({ text, sizePx }) => [text, sizePx])).toEqual([['351', 13]])
  expect(label?.angle).toBe(-1.5)
  expect(placeLabels([section({ name: 'West 351' })], measure)[0]?.angle).toBe(0)
})

test('an unknown count is left out, a nameless section shows its count', () => {
  expect(placeLabels([section({ count: '' })], measure)[0]?.lines.map((line) => line.text)).toEqual(['Stalls'])
  expect(placeLabels([section({ name: '' })], measure)[0]?.lines.map((line) => line.text)).toEqual(['120'])
  expect(placeLabels([section({ name: '', count: '' })], measure)).toEqual([])
})
