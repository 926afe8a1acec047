import { expect, test } from 'vitest'
import { KEYS_MAX, requestKeys, type KeyShelf } from './request-keys.ts'

function shelf(): KeyShelf & { text: string | null } {
  return {
    text: null,
    getItem() {
      return this.text
    },
    setItem(_key, text) {
      this.text = text
    },
  }
}

function counting(): () => string {
  let made = 0
  return () => `key-${++made}`
}

test('one intent has one key: pressed twice, after a reload, in another tab', () => {
  const common = shelf()
  const makeKey = counting()
  const tab = requestKeys(() => common, makeKey)
  const first = tab.keyOf('pay:1')
  expect(tab.keyOf('pay:1')).toBe(first)
  expect(requestKeys(() => common, makeKey).keyOf('pay:1')).toBe(first)
})

test('other intents have other keys', () => {
  const keys = requestKeys(shelf, counting())
  expect(keys.keyOf('pay:1:wallet')).not.toBe(keys.keyOf('pay:1:card'))
})

test('a forgotten intent is a new wish', () => {
  const common = shelf()
  const keys = requestKeys(() => common, counting())
  const first = keys.keyOf('change:1')
  keys.forget('change:1')
  expect(keys.keyOf('change:1')).not.toBe(first)
})

test('without storage the key still stays the same for this page', () => {
  const refused = (): never => {
    throw new Error('SecurityError')
  }
  const keys = requestKeys(refused, counting())
  expect(keys.keyOf('pay:1')).toBe(keys.keyOf('pay:1'))
})

test('garbage in the storage is as good as nothing', () => {
  for (const text of ['{', '{"a":1}', '[1]', 'null']) {
    const common = { ...shelf(), text }
    expect(requestKeys(() => common, counting()).keyOf('pay:1')).toBe('key-1')
  }
})

test('the oldest keys go first, the newest stay', () => {
  const common = shelf()
  const keys = requestKeys(() => common, counting())
  const newest = `intent-${KEYS_MAX}`
  for (let at = 0; at <= KEYS_MAX; at++) keys.keyOf(`intent-${at}`)
  const kept = JSON.parse(common.text ?? '[]') as string[][]
  expect(kept).toHaveLength(KEYS_MAX)
  expect(kept.map(([name]) => name)).not.toContain('intent-0')
  expect(kept.map(([name]) => name)).toContain(newest)
})
