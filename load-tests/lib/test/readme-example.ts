import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The script of lib/README.md. */
export function readmeExample(): string {
  const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8')
  return /```ts\n(?<script>.*?)```/s.exec(readme)?.groups?.['script'] ?? ''
}
