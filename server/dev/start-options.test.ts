import { expect, test } from 'vitest'
import { startOptions } from './start-options.ts'

test('without flags: bots, port 3000, two workers, the data that is there', () => {
  expect(startOptions([], {})).toEqual({ bots: true, port: 3000, workers: 2, fresh: false, help: false })
})

test('flags win over the environment', () => {
  const options = startOptions(['--no-bots', '--port', '4000', '--workers=3', '--fresh'], { PORT: '1', WORKERS: '1' })
  expect(options).toEqual({ bots: false, port: 4000, workers: 3, fresh: true, help: false })
})

test.each([
  [['--prot', '4000'], /^Unknown flag --prot: /],
  [['4000'], /^4000 is not a flag: /],
  [['--port'], /^--port takes a value/],
  [['--fresh=yes'], /^--fresh takes no value/],
  [['--port', '70000'], /^--port must be a whole number from 1 to 65535\.$/],
  [['--workers', 'many'], /^--workers must be a whole number/],
])('%j is refused in one line that says what to do', (args, line) => {
  expect(() => startOptions(args, {})).toThrow(line)
})
