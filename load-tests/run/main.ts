import { StartError } from '../../server/src/lifecycle/service.ts'
import { loadCommand, USAGE } from './command-line.ts'
import { compareResults, readResult } from './compare.ts'
import { findOrBuildK6 } from './find-k6.ts'
import { printedList } from './printed-list.ts'
import { listScenarios } from './scenarios.ts'
import { runLoad } from './run-load.ts'

/**
 * `npm run load`: one command from nothing to a verdict. Exit code 0: everything that was asked for passed; 1: something
 * failed, or could not be done; 130: it was interrupted. Whatever it started is gone when it ends.
 */
const ending = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort())
process.on('disconnect', () => ending.abort()) // the bootstrap died
process.stdout.on('error', () => ending.abort()) // nobody reads any more

process.exitCode = await main()
process.disconnect?.()

async function main(): Promise<number> {
  try {
    return await obey()
  } catch (error) {
    if (ending.signal.aborted) {
      console.log('Interrupted: whatever was started is stopped.')
      return 130
    }
    console.error(error instanceof StartError ? error.message : error)
    return 1
  }
}

async function obey(): Promise<number> {
  const scenarios = listScenarios()
  const command = loadCommand(
    process.argv.slice(2),
    process.env,
    scenarios.map(({ name }) => name),
  )
  if (command.kind === 'run') {
    const results = await runLoad({ ...command, scenarios, env: process.env, signal: ending.signal, tell })
    ending.signal.throwIfAborted()
    return results.every(({ passed }) => passed) ? 0 : 1
  }
  if (command.kind === 'compare') tell(compareResults(readResult(command.before), readResult(command.after)))
  if (command.kind === 'list') tell(printedList(scenarios))
  if (command.kind === 'k6') {
    const { path, version } = await findOrBuildK6(process.env, ending.signal, tell)
    tell(`${path}: ${version}`)
  }
  if (command.kind === 'help') tell(USAGE)
  return 0
}

function tell(line: string): void {
  console.log(line)
}
