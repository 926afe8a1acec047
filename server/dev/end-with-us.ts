import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'

/**
 * Ends a server when this process dies, even by kill -9: a shell waits for the end of a pipe that only we hold open.
 * Roles need no such guard, they notice the end of their own channel; PostgreSQL and Redis would run on.
 */
export function endWithUs(server: ChildProcess, signal: 'INT' | 'TERM'): void {
  if (server.pid === undefined) return
  const guard = spawn('/bin/sh', ['-c', 'read _; kill -s "$1" "$2"', 'sh', signal, String(server.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // A group of its own: Ctrl-C must not end the guard before us.
    detached: true,
  })
  guard.unref()
  // It is a socket, whatever its type says; it must not keep us alive.
  ;(guard.stdin as unknown as Socket).unref()
  server.once('exit', () => guard.kill('SIGKILL'))
}
