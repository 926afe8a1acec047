/** How long somebody at the keyboard waits without a word, ms. Source: a guess. */
const SILENCE_MS = 3_000

/** Waits for it, and says what is waited for when that takes long. */
export async function tellWhenSlow<T>(
  what: string,
  work: Promise<T>,
  tell: (line: string) => void = console.log,
): Promise<T> {
  const timer = setTimeout(() => tell(`Waiting for ${what} …`), SILENCE_MS)
  try {
    return await work
  } finally {
    clearTimeout(timer)
  }
}
