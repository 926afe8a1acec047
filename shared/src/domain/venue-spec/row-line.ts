import type { Point } from '../layout.ts'

/** The line on which one row stands. `s`: cm along it from its middle, to the right of those who face the stage. */
export interface RowLine {
  /** Room from one end of the section to the other; infinite where only the seats decide. */
  readonly length: number
  /** cm of this line per unit of the section's own breadth, so that points of different rows can be compared. */
  readonly scale: number
  readonly at: (s: number) => Point
}

/** One section to be filled: its name and the line of a row so many cm behind the front row. */
export interface SectionFrame {
  readonly name: string
  readonly lineAt: (depth: number) => RowLine
  /** Steps in which an outline follows the bend, per unit of breadth; 0: straight. */
  readonly bend: number
}
