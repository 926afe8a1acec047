import { expect, test } from 'vitest'
import { NEXT_CONNECTION, shownConnection, type ConnectionEvent, type ConnectionState } from './connection-state.ts'

const after = (...events: ConnectionEvent[]): ConnectionState =>
  events.reduce<ConnectionState>((state, event) => NEXT_CONNECTION[state][event], 'connecting')

test('a first visit: linked, then in step', () => {
  expect(after('linked')).toBe('joining')
  expect(after('linked', 'in_step')).toBe('live')
})

test('[F1] a gap is shown until the map is in step again', () => {
  expect(after('linked', 'in_step', 'behind')).toBe('catching_up')
  expect(after('linked', 'in_step', 'behind', 'in_step')).toBe('live')
})

test('[F4] a lost link heals through catching up, never straight to live', () => {
  expect(after('linked', 'in_step', 'unlinked')).toBe('offline')
  expect(after('linked', 'in_step', 'unlinked', 'linked')).toBe('catching_up')
  expect(after('linked', 'in_step', 'unlinked', 'linked', 'in_step')).toBe('live')
})

test('whatever happened before: without a link nothing but a link leads to live', () => {
  const down: ConnectionState[] = ['connecting', 'offline', 'busy']
  for (const state of down) {
    for (const event of ['behind', 'in_step'] as const) expect(NEXT_CONNECTION[state][event]).toBe(state)
    expect(NEXT_CONNECTION[NEXT_CONNECTION[state].linked].in_step).toBe('live')
  }
})

test('a loss is noticed and a refusal shown in every state', () => {
  for (const row of Object.values(NEXT_CONNECTION)) {
    expect(row.unlinked).toBe('offline')
    expect(row.refused).toBe('busy')
  }
})

test('[F8] a server whose own copy is stale is told apart from a live one, and only while we are in step', () => {
  expect(shownConnection('live', false)).toBe('stale')
  expect(shownConnection('live', true)).toBe('live')
  expect(shownConnection('offline', false)).toBe('offline')
})
