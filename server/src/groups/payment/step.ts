/** Named points between beginning to pay and sold. Tests let the process die there; in service nothing happens. */
export const GROUP_STEPS = [
  'block ordered',
  'group orders written',
  'group orders committed',
  'cover written',
  'all reserved',
  'group sold',
  'group ended',
] as const

export type GroupStep = (typeof GROUP_STEPS)[number]

export type TakeGroupStep = (name: GroupStep) => Promise<void> | void

export const noGroupStep: TakeGroupStep = () => undefined
