import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'

/** How long what is ended by TERM may take when it is then killed, s. Source: k6's teardown, some seconds. */
const PATIENCE_S = 10

/**
 * Ends a server when this process dies, even by kill -9: a shell waits for the end of a pipe that only we hold open.
 * `thenKill`: what does not follow the signal in time is killed (a store never is: it would lose what it has).
 * Roles need no such guard, they notice the end of their own channel; PostgreSQL and Redis would run on.
 */
export function endWithUs(server: ChildProcess, signal: 'INT' | 'TERM', thenKill = false): void {
  if (server.pid === undefined) return
  const kill = thenKill
    ? `; n=0; while kill -s 0 "$2" && [ $n -lt ${PATIENCE_S} ]; do sleep 1; n=$((n + 1)); done; kill -s KILL "$2"`
    : ''
  const guard = spawn('/bin/sh', ['-c', `read _; kill -s "$1" "$2"${kill}`, 'sh', signal, String(server.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // A group of its own: Ctrl-C must not end the guard before us.
    detached: true,
  })
  guard.unref()
  // It is a socket, whatever its type says; it must not keep us alive.
  ;(guard.stdin as unknown as Socket).unref()
  server.once('exit', () => guard.kill('SIGKILL'))
}
