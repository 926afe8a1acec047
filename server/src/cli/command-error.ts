/** The person typed something that cannot be meant; the message says what would be. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The command did not succeed; one line for each thing that is wrong. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly lines: readonly string[]
  readonly json: unknown

  constructor(lines: readonly string[], json?: unknown) {
    super(lines[0] ?? 'failed')
    this.lines = lines
    this.json = json ?? { error: lines }
  }
}
