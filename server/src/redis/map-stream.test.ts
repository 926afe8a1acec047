import { describe, expect, test } from 'vitest'
import { BadEntryError, chainAfter, decodeEntry, isStart } from './map-stream.ts'

const text = '[{"k":"seats","c":[44]}]'
describe('map stream', () => {
  test('an entry is read from its id and its fields, in whatever order', () => {
    expect(decodeEntry('3-8', ['o', text, 'c', 'aaaaaaaa'])).toEqual({
      id: '3-8',
      epoch: 3,
      revision: 8,
      chain: 'aaaaaaaa',
      operations: [{ k: 'seats', c: [5 * 8 + 4] }],
      text,
    })
  })

  test('an entry may say when its script ran', () => {
    const fields = ['c', 'aaaaaaaa', 'o', text]
    expect(decodeEntry('3-8', [...fields, 't', '1700000000123']).atMs).toBe(1_700_000_000_123)
    expect(decodeEntry('3-8', fields).atMs).toBeUndefined()
    expect(decodeEntry('3-8', [...fields, 't', 'soon']).atMs).toBeUndefined()
  })

  test('what no script writes is a fault that names the entry', () => {
    expect(() => decodeEntry('3-8', ['c', 'aaaaaaaa'])).toThrow(BadEntryError)
    expect(() => decodeEntry('3-8', ['c', 'aaaaaaaa', 'o', '{'])).toThrow('stream entry 3-8')
    expect(() => decodeEntry('8', ['c', 'aaaaaaaa', 'o', '[]'])).toThrow(BadEntryError)
  })

  test('[R3] the chain depends on the entry before, the id and the operations', () => {
    const chain = chainAfter('0badcafe', '3-8', text)
    expect(chain).toMatch(/^[0-9a-f]{8}$/)
    expect(chainAfter('0badcaff', '3-8', text)).not.toBe(chain)
    expect(chainAfter('0badcafe', '3-9', text)).not.toBe(chain)
    expect(chainAfter('0badcafe', '3-8', '[]')).not.toBe(chain)
  })

  test('[R5] a start begins an epoch', () => {
    expect(isStart(decodeEntry('3-1', ['c', 'aaaaaaaa', 'o', '[{"k":"start"}]']))).toBe(true)
    expect(isStart(decodeEntry('3-8', ['c', 'aaaaaaaa', 'o', text]))).toBe(false)
  })
})
