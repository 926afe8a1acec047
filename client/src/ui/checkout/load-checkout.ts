/** Code and words of checkout come when they are first needed. */
export const loadCheckout = (): Promise<typeof import('./checkout-panel.tsx')> => import('./checkout-panel.tsx')
