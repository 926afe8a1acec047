/** Whether a row's label is a letter or a number ("C", "AA", "12") that needs the word "row" beside it. */
export const isRowCode = (label: string): boolean => /^[\p{L}\p{N}]{1,3}$/u.test(label)
