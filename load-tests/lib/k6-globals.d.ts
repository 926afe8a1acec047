/** What k6 has without an import and `@types/k6` leaves out. */
declare const console: Record<'debug' | 'log' | 'info' | 'warn' | 'error', (...values: unknown[]) => void>
