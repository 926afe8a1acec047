import { setTimeout as sleep } from 'node:timers/promises'
import { Histogram, type Latency } from './histogram.ts'
import { type Dialect, RawSocket } from './raw-socket.ts'
import { openSockets, Watchers } from './watchers.ts'

/**
 * The load generator: a process of its own, on raw `ws`. Gets one job over IPC, answers with one result, ends.
 * Loopback only, bounded in time; reports its own CPU, because a generator at its limit measures itself.
 */
export interface Target {
  readonly origin: string
  readonly dialect: Dialect
  /** Absent with the baselines. */
  readonly performanceId?: string
  readonly seatCount: number
}

export type Job = Target &
  (
    | { readonly kind: 'bursts'; readonly watchers: number; readonly bursts: number; readonly writers: number }
    | { readonly kind: 'rate'; readonly watchers: number; readonly holdsPerSecond: number; readonly seconds: number }
    | { readonly kind: 'commands'; readonly buyers: number; readonly seconds: number }
    | { readonly kind: 'idle'; readonly watchers: number }
    | { readonly kind: 'joins'; readonly count: number }
    | { readonly kind: 'expiry'; readonly holds: number; readonly holdSeconds: number }
  )

export interface Result {
  readonly latency?: Latency
  /** What was counted: deliveries, commands or joins. */
  readonly done: number
  readonly seconds: number
  readonly perSecond: number
  /** Frames that reached the watchers. */
  readonly frames: number
  readonly refused: number
  /** The generator's CPU as a share of one core while measuring. */
  readonly generatorCpu: number
}

const jobs = {
  bursts,
  rate,
  commands,
  idle,
  joins,
  expiry,
}

async function tokenOf(job: Target): Promise<string | undefined> {
  if (job.performanceId === undefined) return undefined
  const answer = await fetch(`${job.origin}/api/guests`, { method: 'POST' })
  if (!answer.ok) throw new Error(`POST /api/guests answered ${answer.status}`)
  return ((await answer.json()) as { token: string }).token
}

const watch =
  (job: Target) =>
  async (socket: RawSocket): Promise<void> => {
    if (job.performanceId === undefined) return
    const answer = await socket.ask('map:watch', { performanceId: job.performanceId })
    if (answer.ok !== true) throw new Error(`map:watch was refused: ${answer.code}`)
  }

async function crowd(job: Target & { watchers: number }): Promise<Watchers> {
  const watchers = new Watchers(job.seatCount, job.dialect)
  const token = await tokenOf(job)
  for (const socket of await openSockets(job.origin, job.dialect, job.watchers, token, watch(job))) watchers.add(socket)
  return watchers
}

/** Sockets of different buyers: each with a token of its own. */
async function buyers(job: Target, count: number): Promise<RawSocket[]> {
  const sockets: RawSocket[] = []
  for (let buyer = 0; buyer < count; buyer += 50) {
    const some = Array.from({ length: Math.min(50, count - buyer) }, async () => {
      const socket = new RawSocket(job.origin, job.dialect, await tokenOf(job))
      await socket.ready
      return socket
    })
    sockets.push(...(await Promise.all(some)))
  }
  return sockets
}

/** Holds one seat; true when it was taken. */
async function hold(job: Target, socket: RawSocket, seat: number): Promise<boolean> {
  if (job.dialect === 'bare') socket.send(String(seat))
  else if (job.performanceId === undefined) socket.send(`42${JSON.stringify(['hold', seat])}`)
  else return (await socket.ask('seats:hold', { performanceId: job.performanceId, seats: [seat] })).ok === true
  return true
}

async function release(job: Target, socket: RawSocket): Promise<void> {
  if (job.performanceId !== undefined) await socket.ask('seats:release', { performanceId: job.performanceId })
}

/** Measures `work` with the generator's own CPU. */
async function measured(work: () => Promise<Pick<Result, 'done' | 'refused' | 'frames' | 'latency'>>): Promise<Result> {
  const cpu = process.cpuUsage()
  const start = performance.now()
  const result = await work()
  const seconds = (performance.now() - start) / 1_000
  const used = process.cpuUsage(cpu)
  return {
    ...result,
    seconds,
    perSecond: Math.round(result.done / seconds),
    generatorCpu: Math.round(((used.user + used.system) / 1e6 / seconds) * 100) / 100,
  }
}

/** Bursts of simultaneous holds by different buyers, one second apart; latency from the click to every watcher. */
async function bursts(job: Extract<Job, { kind: 'bursts' }>): Promise<Result> {
  const watchers = await crowd(job)
  const writers = await buyers(job, job.writers)
  await sleep(500)
  watchers.reset()
  let refused = 0
  const result = await measured(async () => {
    for (let burst = 0; burst < job.bursts; burst += 1) {
      const asked = writers.map((writer, index) => {
        const seat = (burst * job.writers + index) * 7
        watchers.sentAt[seat] = performance.now()
        return hold(job, writer, seat)
      })
      refused += (await Promise.all(asked)).filter((ok) => !ok).length
      await arrived(watchers, (burst + 1) * job.writers * job.watchers, 10_000)
      await sleep(300)
    }
    return { done: watchers.latency.count, refused, frames: watchers.frames, latency: watchers.latency.summary() }
  })
  await Promise.all(writers.map((writer) => release(job, writer)))
  return result
}

async function arrived(watchers: Watchers, deliveries: number, limitMs: number): Promise<void> {
  const end = performance.now() + limitMs
  while (watchers.latency.count < deliveries && performance.now() < end) await sleep(5)
}

/** A steady rate of holds and releases seen by all watchers; each change counts as one delivery per watcher. */
async function rate(job: Extract<Job, { kind: 'rate' }>): Promise<Result> {
  const watchers = await crowd(job)
  const writers = await buyers(job, Math.max(50, Math.ceil(job.holdsPerSecond / 8)))
  await sleep(500)
  watchers.reset()
  let refused = 0
  const holdAndLetGo = async (writer: RawSocket, seat: number): Promise<void> => {
    if (!(await hold(job, writer, seat))) {
      refused += 1
      watchers.sentAt[seat] = 0
      return
    }
    // A buyer's seats are bounded: let go a second later; that change is not measured.
    await sleep(1_000)
    watchers.sentAt[seat] = 0
    if (job.performanceId === undefined) return
    await writer.ask('seats:release', { performanceId: job.performanceId, seats: [seat] })
  }
  const result = await measured(async () => {
    const end = performance.now() + job.seconds * 1_000
    const everyMs = 10
    const perStep = (job.holdsPerSecond * everyMs) / 1_000
    let owed = 0
    let turn = 0
    for (let next = performance.now(); next < end; next += everyMs) {
      await sleep(Math.max(0, next - performance.now()))
      for (owed += perStep; owed >= 1; owed -= 1) {
        const writer = writers[turn % writers.length] as RawSocket
        const seat = turn % job.seatCount
        turn += 1
        watchers.sentAt[seat] = performance.now()
        void holdAndLetGo(writer, seat)
      }
    }
    await arrived(watchers, turn * job.watchers, 3_000)
    return { done: watchers.latency.count, refused, frames: watchers.frames, latency: watchers.latency.summary() }
  })
  await sleep(1_200)
  return result
}

/** Buyers who hold and release one seat each as fast as they are answered. */
async function commands(job: Extract<Job, { kind: 'commands' }>): Promise<Result> {
  const sockets = await buyers(job, job.buyers)
  const latency = new Histogram()
  let done = 0
  let refused = 0
  return measured(async () => {
    const end = performance.now() + job.seconds * 1_000
    await Promise.all(
      sockets.map(async (socket, buyer) => {
        while (performance.now() < end) {
          for (const event of ['seats:hold', 'seats:release']) {
            const start = performance.now()
            const answer = await socket.ask(event, { performanceId: job.performanceId, seats: [buyer] })
            latency.record(performance.now() - start)
            if (answer.ok !== true) refused += 1
            done += 1
          }
        }
      }),
    )
    return { done, refused, frames: 0, latency: latency.summary() }
  })
}

/** Watchers that only watch; the parent reads the server's memory meanwhile and then says stop. */
async function idle(job: Extract<Job, { kind: 'idle' }>): Promise<Result> {
  await crowd(job)
  return measured(async () => {
    process.send?.({ ready: true })
    await new Promise((resolve) => {
      process.once('message', resolve)
    })
    return { done: job.watchers, refused: 0, frames: 0 }
  })
}

/** Joins on open sockets: watch and unwatch, over and over. */
async function joins(job: Extract<Job, { kind: 'joins' }>): Promise<Result> {
  const sockets = await openSockets(job.origin, job.dialect, 50, await tokenOf(job))
  const latency = new Histogram()
  return measured(async () => {
    let left = job.count
    await Promise.all(
      sockets.map(async (socket) => {
        while (left > 0) {
          left -= 1
          const start = performance.now()
          await watch(job)(socket)
          latency.record(performance.now() - start)
          await socket.ask('map:unwatch', { performanceId: job.performanceId })
        }
      }),
    )
    return { done: latency.count, refused: 0, frames: 0, latency: latency.summary() }
  })
}

/** Holds that nobody ends: how long after its deadline each seat is seen free. Negative would be too early. */
async function expiry(job: Extract<Job, { kind: 'expiry' }>): Promise<Result> {
  const token = await tokenOf(job)
  const [eye] = await openSockets(job.origin, job.dialect, 1, token, watch(job))
  const deadlines = new Map<number, number>()
  const latency = new Histogram()
  let early = 0
  if (eye === undefined) throw new Error('no watcher')
  eye.onPush = (bytes) => {
    const now = performance.now()
    const [event, payload] = JSON.parse(bytes.toString().slice(2)) as [
      string,
      [string, number, number, number, number[]],
    ]
    if (event !== 'map:delta') return
    for (const packed of payload[4]) {
      const deadline = deadlines.get(packed >> 3)
      if ((packed & 7) !== 0 || deadline === undefined) continue
      deadlines.delete(packed >> 3)
      // Counted from the question: the server's deadline is a little later, so nothing true can look early.
      if (now < deadline) early += 1
      latency.record(now - deadline)
    }
  }
  return measured(async () => {
    for (let seat = 0; seat < job.holds; seat += 50) {
      const some = await buyers(job, Math.min(50, job.holds - seat))
      await Promise.all(
        some.map(async (socket, index) => {
          const askedAt = performance.now()
          const answer = await socket.ask('seats:hold', { performanceId: job.performanceId, seats: [seat + index] })
          if (answer.ok === true) deadlines.set(seat + index, askedAt + (answer.expiresInMs ?? 0))
          await sleep(Math.random() * 200)
          socket.close()
        }),
      )
    }
    const end = performance.now() + (job.holdSeconds + 5) * 1_000
    while (deadlines.size > 0 && performance.now() < end) await sleep(20)
    return { done: latency.count, refused: early, frames: 0, latency: latency.summary() }
  })
}

process.once('message', (job: Job) => {
  const run = jobs[job.kind] as (job: Job) => Promise<Result>
  run(job).then(
    (result) => process.send?.({ result }, () => process.exit(0)),
    (error: unknown) =>
      process.send?.({ error: error instanceof Error ? error.message : 'unknown' }, () => process.exit(1)),
  )
})
process.on('disconnect', () => process.exit(1))
