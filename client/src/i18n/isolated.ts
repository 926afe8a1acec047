/** Somebody's name within a sentence: written in whatever direction, it turns nothing around it. Source: Unicode UAX #9, FSI and PDI. */
export const isolated = (name: string): string => `\u2068${name}\u2069`
