import type { Page } from 'playwright-core'
import type { OrderView } from '../../src/ui/checkout/order-view.ts'
import type { BuyerPage } from './buyer-page.ts'

/** Holds the best two seats and makes an order of them; resolves with its id when it can be paid. */
export async function orderBest({ page }: Pick<BuyerPage, 'page'>): Promise<string> {
  await page.locator('.best button[type=submit]').click()
  await page.locator('.my-seats[data-held="2"]').waitFor()
  await page.locator('.checkout-go .button').click()
  await orderShown(page, 'open')
  await page.locator('.balance').waitFor()
  return openOrder(page)
}

/** The id of the order on the page. */
export async function openOrder(page: Page): Promise<string> {
  const id = await page.locator('[data-order-view]').getAttribute('data-order')
  if (id === null) throw new Error('the page shows no order')
  return id
}

export function orderShown(page: Page, view: OrderView): Promise<void> {
  return page.locator(`[data-order-view="${view}"]`).waitFor()
}

/** `card`: how the sandbox's card behaves. */
export async function payByCard(page: Page, card: string): Promise<void> {
  await page.locator('input[value=card]').check()
  await page.locator('.payment select').selectOption(card)
  await page.locator('.pay').click()
}

/** Presses the pay button twice in one turn, as an impatient finger does. */
export function pressPayTwice(page: Page): Promise<void> {
  return page.locator('.pay').evaluate((button) => {
    ;(button as HTMLButtonElement).click()
    ;(button as HTMLButtonElement).click()
  })
}

/** What the buyer of a page has in their wallet, minor units. */
export function walletOf(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { token } = JSON.parse(localStorage.getItem('seatcast.guest') ?? '{}') as { token: string }
    const answer = await fetch('/api/wallet?currency=KRW', { headers: { authorization: `Bearer ${token}` } })
    return ((await answer.json()) as { balance: number }).balance
  })
}
