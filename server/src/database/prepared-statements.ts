/** Texts that one process names; those beyond are planned with every use. Source: the routes and jobs send about 200. */
const NAMED_MAX = 500

/**
 * Names for statements with parameters. PostgreSQL parses and plans a named one once per connection and not with every use,
 * which costs more than carrying it out does. A name means one text for as long as the process lives.
 */
export class PreparedStatements {
  readonly #names = new Map<string, string>()

  /** None at the first use: what is asked only once is not kept. */
  nameOf(text: string): string | undefined {
    const name = this.#names.get(text)
    if (name === undefined && this.#names.size < NAMED_MAX) this.#names.set(text, `seatcast_${this.#names.size}`)
    return name
  }
}
