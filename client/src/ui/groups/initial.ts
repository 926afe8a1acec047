/** What stands for a name where there is no room for it: its first character as people see one. */
export function initialOf(name: string): string {
  const [first] = SEGMENTS.segment(name.trim())
  return first === undefined ? '?' : first.segment.toLocaleUpperCase()
}

const SEGMENTS = new Intl.Segmenter()
