import { expect, test } from 'vitest'
import { SCRIPTED, ScriptedProvider } from '../../test/support/scripted-provider.ts'
import type { Db } from '../database/client.ts'
import { type MeasureCall, measuredProviders, type ProviderCall } from './measured-provider.ts'
import { type PaymentProvider, PaymentRefusedError, ProviderUnavailableError } from './payment-provider.ts'

const NO_DB = undefined as unknown as Db
const CHARGE = {
  paymentId: 'p',
  orderId: 'o',
  userId: 'u',
  amount: 500,
  currency: 'EUR',
  expiresInMs: 1_000,
  card: null,
}

function measuring(provider: PaymentProvider) {
  const calls: ProviderCall[] = []
  const note: MeasureCall = (call, elapsedMs) => {
    expect(elapsedMs).toBeGreaterThanOrEqual(0)
    calls.push(call)
  }
  const measured = measuredProviders({ named: () => provider, forMethod: () => undefined }, note)
  expect(measured.forMethod('barter', NO_DB)).toBeUndefined()
  return { calls, measured: measured.named(SCRIPTED, NO_DB)! }
}

test('every call is measured with what the provider said; answers and faults pass as they are', async () => {
  const provider = new ScriptedProvider()
  const { calls, measured } = measuring(provider)
  const { reference } = await measured.create(CHARGE)
  expect(await measured.authorize(reference)).toEqual(await provider.retrieve('p'))
  expect(await measured.retrieve('nobody')).toBeUndefined()
  provider.faults.push('lost before')
  await expect(measured.retrieve('p')).rejects.toThrow(ProviderUnavailableError)
  provider.refund = () => Promise.reject(new PaymentRefusedError(SCRIPTED, 'not_captured'))
  const refund = { reference, paymentId: 'p', orderId: 'o', refundId: 'r', amount: 1, currency: 'EUR' }
  await expect(measured.refund(refund)).rejects.toThrow('not_captured')
  provider.void = () => Promise.reject(new TypeError('a fault of ours'))
  await expect(measured.void(reference)).rejects.toThrow('a fault of ours')
  expect(calls.map(({ call, outcome }) => [call, outcome])).toEqual([
    ['create', 'created'],
    ['authorize', 'processing'],
    ['retrieve', 'unknown payment'],
    ['retrieve', 'no answer'],
    ['refund', 'refused'],
    ['void', 'fault'],
  ])
  expect(new Set(calls.map(({ provider: name }) => name))).toEqual(new Set([SCRIPTED]))
})

test('what needs no call is not measured, and the rest of a provider is as it was', () => {
  const provider = new ScriptedProvider()
  const { calls, measured } = measuring(provider)
  expect(measured).toMatchObject({ name: SCRIPTED, capabilities: provider.capabilities })
  expect(measured.acceptsCard(null)).toBe(true)
  expect('covers' in measured).toBe(false)
  expect(calls).toEqual([])
})
