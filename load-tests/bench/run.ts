import { fork } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { generateHall } from '../../server/src/venues/generated-hall.ts'
import { cpuSeconds } from '../system/process-facts.ts'
import { end, startProgram } from '../system/program.ts'
import { startSystem, type System } from '../system/system.ts'
import { measureBlockSearch } from './blocks.ts'
import type { Job, Result } from './generator.ts'
import { measureJoins, measureSnapshot } from './joins.ts'
import { measureOrders } from './orders.ts'

/**
 * `npm run bench [-- --quick]`: starts its own fresh system and measures, in one run, Seatcast beside a bare Socket.IO
 * broadcast and a bare `ws` server. Prints a table, writes JSON. Never a timed test: only ratios within a run mean anything.
 */
const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
})

interface Row {
  readonly what: string
  readonly system: string
  readonly [figure: string]: string | number
}
const rows: Row[] = []

function report(row: Row): void {
  rows.push(row)
  const { what, system, ...figures } = row
  console.log(
    `${what} | ${system} | ${Object.entries(figures)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}`,
  )
}

const wanted = (section: string): boolean => options.only === undefined || options.only.split(',').includes(section)

/** Runs one job in a generator process of its own. */
async function generate(job: Job, whenReady?: () => Promise<void>): Promise<Result> {
  const child = fork(join(import.meta.dirname, 'generator.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const timer = setTimeout(() => child.kill('SIGKILL'), 180_000)
  try {
    return await new Promise<Result>((resolve, reject) => {
      child.on('message', (message: { result?: Result; error?: string; ready?: boolean }) => {
        if (message.ready === true) void whenReady?.().then(() => child.send({ stop: true }))
        else if (message.result !== undefined) resolve(message.result)
        else reject(new Error(message.error))
      })
      child.once('exit', (code) => reject(new Error(`the generator ended with exit code ${code}`)))
      child.send(job)
    })
  } finally {
    clearTimeout(timer)
    await end(child)
  }
}

const figures = (result: Result): Record<string, number> => ({
  ...(result.latency !== undefined && {
    'p50 ms': result.latency.p50Ms,
    'p99 ms': result.latency.p99Ms,
    'max ms': result.latency.maxMs,
  }),
  done: result.done,
  'per s': result.perSecond,
  ...(result.frames > 0 && { frames: result.frames }),
  refused: result.refused,
  'generator CPU': result.generatorCpu,
})

/** What a measurement is made of: the same job against each system, one after the other, in one run. */
async function beside(
  what: string,
  system: System,
  performanceId: string,
  job: (dialect: 'socket.io' | 'bare') => Omit<Job, 'origin' | 'dialect' | 'performanceId'>,
): Promise<void> {
  const before = system.workerCpuSeconds()
  const ours = await generate({
    ...job('socket.io'),
    origin: system.origin,
    dialect: 'socket.io',
    performanceId,
  } as Job)
  report({ what, system: 'Seatcast', ...figures(ours), 'server CPU s': round(system.workerCpuSeconds() - before) })
  for (const [name, file, dialect] of [
    ['bare Socket.IO', 'baseline-socketio.ts', 'socket.io'],
    ['bare ws', 'baseline-ws.ts', 'bare'],
  ] as const) {
    const server = await startProgram(join(import.meta.dirname, file))
    const result = await generate({ ...job(dialect), origin: `http://127.0.0.1:${server.port}`, dialect } as Job)
    report({ what, system: name, ...figures(result), 'server CPU s': round(cpuSeconds(server.process.pid ?? 0)) })
    await end(server.process)
  }
}

const round = (value: number): number => Math.round(value * 100) / 100

/** What is measured through a running system. */
const SYSTEM_SECTIONS = ['memory', 'fan-out', 'deliveries', 'commands', 'expiry', 'joins']

async function main(): Promise<void> {
  console.log(`${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`)
  if (SYSTEM_SECTIONS.some(wanted)) await measureSystem()
  if (wanted('orders')) {
    for (const { what, system: name, figures: measured } of await measureOrders(options.quick ? 3 : 8))
      report({ what, system: name, ...measured })
  }
  if (wanted('blocks')) {
    for (const taken of [0.3, 0.6, 0.9]) {
      report({
        what: `block search, 60,000 seats, ${taken * 100} % taken at random`,
        system: 'Seatcast',
        ...measureBlockSearch(60_000, taken, options.quick ? 200 : 1_000),
      })
    }
  }
  save()
}

async function measureSystem(): Promise<void> {
  const hall = generateHall(12_000)
  const seatCount = hall.seats.x.length
  console.log(`a hall of ${seatCount} seats`)
  const system = await startSystem(1)
  try {
    const sale = await system.openSale(hall, 120)
    if (wanted('memory')) await idleMemory(system, sale, seatCount)
    if (wanted('fan-out')) {
      for (const watchers of options.quick ? [100, 1_000] : [100, 1_000, 2_000, 5_000, 10_000]) {
        await beside(`fan-out, ${watchers} watchers, 4 bursts of 10 holds`, system, sale, () => ({
          kind: 'bursts',
          watchers,
          bursts: 4,
          writers: 10,
          seatCount,
        }))
      }
    }
    if (wanted('deliveries')) {
      const [watchers, holdsPerSecond] = options.quick ? [1_000, 100] : [5_000, 200]
      await beside(
        `${watchers * holdsPerSecond} deliveries a second asked for (${watchers} watchers, ${holdsPerSecond} holds/s)`,
        system,
        sale,
        () => ({ kind: 'rate', watchers, holdsPerSecond, seconds: options.quick ? 3 : 8, seatCount }),
      )
    }
    if (wanted('commands')) {
      const before = system.workerCpuSeconds()
      const result = await generate({
        kind: 'commands',
        buyers: 200,
        seconds: options.quick ? 3 : 8,
        origin: system.origin,
        dialect: 'socket.io',
        performanceId: sale,
        seatCount,
      })
      report({
        what: 'holds and releases through sockets, 200 buyers, 1 worker',
        system: 'Seatcast',
        ...figures(result),
        'server CPU s': round(system.workerCpuSeconds() - before),
      })
    }
    if (wanted('expiry')) {
      const short = await system.openSale(hall, 3)
      const result = await generate({
        kind: 'expiry',
        holds: options.quick ? 100 : 500,
        holdSeconds: 3,
        origin: system.origin,
        dialect: 'socket.io',
        performanceId: short,
        seatCount,
      })
      report({
        what: 'expiry seen after the deadline (refused: seen too early)',
        system: 'Seatcast',
        ...figures(result),
      })
    }
    if (wanted('joins')) {
      report({
        what: 'join',
        system: 'Seatcast',
        ...(await measureJoins(system, () =>
          generate({
            kind: 'joins',
            count: options.quick ? 500 : 5_000,
            origin: system.origin,
            dialect: 'socket.io',
            performanceId: sale,
            seatCount,
          }),
        )),
      })
      for (const row of await measureSnapshot(system, generateHall(60_000)))
        report({ what: `snapshot of 60,000 seats, ${row.state}`, system: 'Seatcast', ...row.figures })
    }
  } finally {
    await system.stop()
  }
}

async function idleMemory(system: System, performanceId: string, seatCount: number): Promise<void> {
  await sleep(2_000)
  const before = system.workerMemory()
  const watchers = options.quick ? 1_000 : 10_000
  let after = before
  await generate(
    { kind: 'idle', watchers, origin: system.origin, dialect: 'socket.io', performanceId, seatCount },
    async () => {
      await sleep(options.quick ? 5_000 : 15_000)
      after = system.workerMemory()
    },
  )
  report({
    what: `memory an idle watcher, ${watchers} watchers`,
    system: 'Seatcast',
    'KB resident each': round((after - before) / watchers / 1_024),
    'MB before': round(before / 2 ** 20),
    'MB after': round(after / 2 ** 20),
  })
  await sleep(2_000)
}

function save(): void {
  const directory = join(import.meta.dirname, '../results')
  mkdirSync(directory, { recursive: true })
  const file = join(directory, `bench-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.json`)
  writeFileSync(
    file,
    JSON.stringify({ at: new Date().toISOString(), cores: cpus().length, node: process.version, rows }, undefined, 2),
  )
  console.log(`written to load-tests/results/${file.split('/').at(-1)}`)
}

await main()
