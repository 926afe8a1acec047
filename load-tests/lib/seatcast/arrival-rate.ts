/** k6 takes whole numbers: so long, s, that the rounding of the rarest users of a mixture does not show. */
const UNIT_SECONDS = 1_000

/** Arrivals a second as k6's executors take them. */
export const arrivalRate = (perSecond: number): { readonly rate: number; readonly timeUnit: string } => ({
  rate: Math.max(1, Math.round(perSecond * UNIT_SECONDS)),
  timeUnit: `${UNIT_SECONDS}s`,
})
