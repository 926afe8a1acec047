/** Named points between two effects. Tests make an effect fail or the process die there; in service nothing happens. */
export const ORDER_STEPS = [
  'seats locked',
  'order written',
  'order committed',
  'order id claimed',
  'outbox read',
  'map settled',
  'outbox entry deleted',
  'seats secured',
  'seats exchanged',
  'overdue orders ended',
  'seats claimed late',
] as const

export type StepName = (typeof ORDER_STEPS)[number]

export type Step = (name: StepName) => Promise<void> | void

export const noStep: Step = () => undefined
