const STORAGE_KEY = 'seatcast.name'

/** How this person is called among friends; null: they never said. */
export function rememberedName(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY)
  } catch {
    return null // Switched off: as on a first visit.
  }
}

export function rememberName(name: string): void {
  try {
    localStorage.setItem(STORAGE_KEY, name)
  } catch {
    // Full or switched off: asked again next time.
  }
}
