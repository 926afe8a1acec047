/** What a node's worker tells its primary over IPC; metrics have messages of their own (observability/node-metrics.ts). */
export type ToPrimary =
  /** The worker listens. */
  | { readonly type: 'listening' }
  /** The worker cannot start until somebody does something; one line. */
  | { readonly type: 'cannot-start'; readonly reason: string }

/** What a process started with an IPC channel tells its parent once it listens; a scheduler has no port. */
export interface Ready {
  readonly type: 'ready'
  readonly port?: number
}
