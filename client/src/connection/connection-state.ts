import type { FeedState } from './map-feed.ts'

/**
 * Where a buyer's connection to one map stands.
 * `connecting`: no link yet. `joining`: linked, no map yet. `live`: in step with the server. `catching_up`: there is a map,
 * it may be behind. `busy`: the server refused the handshake for a while. `offline`: the link is lost; the last map stays.
 */
export type ConnectionState = 'connecting' | 'joining' | 'live' | 'catching_up' | 'busy' | 'offline'

/**
 * `linked`/`unlinked`: the socket. `refused`: its handshake, for a while. `behind`: a gap, a reset, silence, or a reconnect.
 * `in_step`: the map equals the server's again.
 */
export type ConnectionEvent = 'linked' | 'unlinked' | 'refused' | 'behind' | 'in_step'

/** Every event in every state, decided. */
export const NEXT_CONNECTION: Record<ConnectionState, Record<ConnectionEvent, ConnectionState>> = {
  connecting: { linked: 'joining', unlinked: 'offline', refused: 'busy', behind: 'connecting', in_step: 'connecting' },
  joining: { linked: 'joining', unlinked: 'offline', refused: 'busy', behind: 'joining', in_step: 'live' },
  live: { linked: 'live', unlinked: 'offline', refused: 'busy', behind: 'catching_up', in_step: 'live' },
  catching_up: {
    linked: 'catching_up',
    unlinked: 'offline',
    refused: 'busy',
    behind: 'catching_up',
    in_step: 'live',
  },
  // A late answer of a link that is gone proves nothing about the next one.
  busy: { linked: 'catching_up', unlinked: 'offline', refused: 'busy', behind: 'busy', in_step: 'busy' },
  offline: { linked: 'catching_up', unlinked: 'offline', refused: 'busy', behind: 'offline', in_step: 'offline' },
}

/** What people are shown: as above, or `stale` when we are in step with a server that says its own copy is stale (F8). */
export type ShownConnection = ConnectionState | 'stale'

export function shownConnection(state: ConnectionState, serverLive: boolean): ShownConnection {
  return state === 'live' && !serverLive ? 'stale' : state
}

/** Whether a command can be answered now. */
export const CAN_ASK: Record<ShownConnection, boolean> = {
  connecting: false,
  joining: true,
  live: true,
  catching_up: true,
  stale: true,
  busy: false,
  offline: false,
}

/** Joining and going offline are told by the link itself. */
export const EVENT_OF_FEED: Record<FeedState, ConnectionEvent | null> = {
  offline: null,
  joining: null,
  live: 'in_step',
  resyncing: 'behind',
}
