import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { argon2Passwords } from './passwords.ts'

test('[U4] an unknown e-mail costs what a wrong password costs', async () => {
  const passwords = argon2Passwords()
  const stored = await passwords.hash('correct horse')
  const median = async (of: string | undefined) => {
    const tookMs: number[] = []
    for (let at = 0; at < 9; at++) {
      const beganMs = performance.now()
      expect(await passwords.verify('wrong horse', of)).toBe(false)
      tookMs.push(performance.now() - beganMs)
    }
    return tookMs.toSorted((a, b) => a - b)[4] ?? 0
  }
  const [known, unknown] = [await median(stored), await median(undefined)]
  // A skipped hash would be a thousand times faster; a busy machine is at most a few times slower.
  expect(unknown / known).toBeGreaterThan(0.25)
  expect(unknown / known).toBeLessThan(4)
  expect(await passwords.verify('correct horse', stored)).toBe(true)
})

test('the same password is stored differently each time; costs of another day still count', async () => {
  const passwords = argon2Passwords()
  const [one, other] = [await passwords.hash('password'), await passwords.hash('password')]
  expect(one).not.toBe(other)
  const cheap = one.replace('m=19456', 'm=8192')
  expect(await passwords.verify('password', cheap)).toBe(false)
  await expect(passwords.verify('password', `$2b$${randomBytes(8).toString('hex')}`)).rejects.toThrow('PHC')
})

test('[U6] two hash at once, a few wait, the rest is refused; the next day is free again', async () => {
  const passwords = argon2Passwords({ runningMax: 2, waitingMax: 3 })
  const ended = await Promise.allSettled(Array.from({ length: 8 }, () => passwords.verify('x', undefined)))
  expect(ended.map(({ status }) => status)).toEqual([
    ...Array<string>(5).fill('fulfilled'),
    ...Array<string>(3).fill('rejected'),
  ])
  expect(ended.at(-1)).toMatchObject({ reason: { code: 'OVERLOADED' } })
  expect(await passwords.verify('x', undefined)).toBe(false)
})
