import type { ClaimableStatus, OrderStatus } from '@seatcast/shared/domain/order-state.ts'
import type { RequestProblem } from '../../connection/authorized.ts'
import type { OrderView } from '../../ui/checkout/order-view.ts'

const plural = new Intl.PluralRules('en')
const number = new Intl.NumberFormat('en')
const seats = (count: number): string => `${number.format(count)} ${plural.select(count) === 'one' ? 'seat' : 'seats'}`

const views: Record<OrderView, { readonly title: string; readonly text: string }> = {
  open: { title: 'Payment', text: 'Your seats are kept for you until the time is up.' },
  failed: {
    title: 'The payment did not go through',
    text: 'Nothing was charged. Your seats are still yours: try again or pay another way.',
  },
  waiting: {
    title: 'Waiting for your payment',
    text: 'The payment is on its way. This page follows it by itself; you can also close it and come back.',
  },
  reserved: {
    title: 'Your payment is secured',
    text: 'The seats are yours as soon as everything that belongs together is paid; in a group, by everybody. If that does not happen, you get your money back.',
  },
  ending: { title: 'Time is up', text: 'We are checking whether a payment still arrives…' },
  paid: { title: 'Paid: the seats are yours', text: 'Your tickets are ready.' },
  expired: {
    title: 'The time to pay is over',
    text: 'The seats were given back and nothing was charged. You are welcome to choose again.',
  },
  late: {
    title: 'The time to pay is over',
    text: 'Your payment is still on its way. If it arrives and the seats are still free, they are yours; else you get the money back by itself.',
  },
  returning: {
    title: 'Your money is on its way back',
    text: 'This order had ended, and its seats could not become yours any more. The payment goes back to you by itself; you need not do anything.',
  },
  returned: {
    title: 'You have your money back',
    text: 'This order had ended, and its seats could not become yours any more: the payment was returned in full.',
  },
  cancelled: { title: 'Order cancelled', text: 'The seats were given back and nothing was charged.' },
  stopping: {
    title: 'Order cancelled',
    text: 'The seats were given back, and your payment is being called off. If it comes through all the same and the seats are still free, they are yours again; else you get the money back by itself.',
  },
  refunding: { title: 'Order cancelled', text: 'Your money is on its way back to you; you need not do anything.' },
  refunded: { title: 'Order refunded', text: 'The order was cancelled and you have your money back.' },
}

const sharedViews: Partial<typeof views> = {
  open: {
    title: 'Your share',
    text: 'The seats are yours when everybody in the group has paid. If that does not happen in time, you get your money back.',
  },
  failed: {
    title: 'The payment did not go through',
    text: 'Nothing was charged. Try again or pay another way: your friends are waiting for your share.',
  },
  reserved: {
    title: 'Your share is secured',
    text: 'Now the others. The seats are yours as soon as everybody has paid; if that does not happen, you get your money back.',
  },
  ending: { title: 'Time is up', text: 'We are checking whether everybody has paid…' },
}

const statuses: Record<OrderStatus, string> = {
  pending: 'Waiting for payment',
  authorized: 'Waiting for payment',
  paid: 'Paid',
  expired: 'Not paid in time',
  cancelled: 'Cancelled',
  refund_due: 'Being refunded',
  refunded: 'Refunded',
}

/** Paid after all, by what it had ended as. */
const claimed: Record<ClaimableStatus, (refundable: boolean) => string> = {
  expired: () => 'Your payment arrived when the time was over, but your seats were still free: they are yours.',
  cancelled: (refundable) =>
    `Your payment arrived after you had cancelled, and the seats were still free: they are yours. ${
      refundable
        ? 'If you do not want them, cancel once more before the performance starts, and you get the money back.'
        : 'The performance has started: they can no longer be given back.'
    }`,
}

/** By the provider's code; others share `unknown`. */
const failures: Readonly<Record<string, string>> & { readonly unknown: string } = {
  card_declined: 'The bank declined the card.',
  insufficient_funds: 'There is not enough money on this card or in this wallet.',
  expired_card: 'The card has expired.',
  timeout: 'The payment service did not answer in time.',
  voided: 'The payment was called off.',
  unknown: 'The payment service refused the payment.',
}

const problems: Record<RequestProblem, string> = {
  NO_ANSWER: 'No answer came. Pressing again is safe: nothing is done or charged twice.',
  BAD_REQUEST: 'That did not work. Please reload the page and try again.',
  UNAUTHENTICATED: 'Please log in again.',
  FORBIDDEN: 'That is not possible with your account.',
  ADMISSION_REQUIRED: 'This sale has a waiting room. Please wait there for your turn.',
  NOT_FOUND: 'We cannot find this order. Open it with the link that you got with it, or log in.',
  SEAT_TAKEN: 'Somebody else has one of those seats now. Nothing was changed.',
  NO_HOLD: 'These seats are no longer held for you.',
  NO_BLOCK: 'No such seats are free.',
  NOT_ON_SALE: 'The sale is not open right now.',
  LIMIT_EXCEEDED: 'That is more than is allowed here.',
  INSUFFICIENT_FUNDS: 'There is not enough in your wallet for this. Nothing was charged.',
  ORDER_ENDED: 'This order can no longer be paid or changed.',
  ORDER_BUSY: 'A payment of this order is under way. Please try again when it is through.',
  IN_GROUP: "You are booking with friends here: your group's seats are chosen together.",
  GROUP_FULL: 'This group is full.',
  GROUP_BUSY: 'The group is being paid for. Please try again afterwards.',
  TOO_EARLY: 'You can cover the rest in the last minutes only.',
  NOT_REFUNDABLE: 'These seats can no longer be given back: it is too late, or a ticket was used.',
  EMAIL_TAKEN: 'This e-mail address has an account already. Please log in.',
  IDEMPOTENCY_KEY_REUSED: 'That did not work. Please try again.',
  RATE_LIMITED: 'That was a little fast. Please try again in a moment.',
  COOL_DOWN: 'Please take a short break before trying again.',
  OVERLOADED: 'It is very busy right now. Please try again in a moment.',
  UNAVAILABLE: 'Orders are not reachable right now. Your seats are safe; please try again in a moment.',
  MAP_RELOADING: 'The seat map is being refreshed. Please try again in a moment.',
}

/** The sandbox card's ways; one not listed is shown by its own name. */
const cards: Readonly<Record<string, string>> = {
  ok: 'pays at once',
  fail: 'is declined',
  slow: 'takes some seconds',
  never: 'never answers',
  silent: 'pays without telling us',
  twice: 'answers twice',
  out_of_order: 'answers in the wrong order',
  late: 'answers after the time is up',
  capture_fails: 'is accepted, then does not pay',
}

export const en = {
  view: views,
  /** Where one pays a share among friends. */
  sharedView: sharedViews,
  /** What happens with a share's money now. */
  share: {
    wallet: 'Charged now; you get it back by itself if not everybody pays.',
    card: 'Only reserved now; taken when everybody has paid.',
  },
  status: statuses,
  /** A paid order that had ended before. */
  claimed,
  failure: (code: string) => failures[code] ?? failures.unknown,
  problem: problems,
  other: (code: string) => `That did not work (${code}).`,

  checkout: {
    title: 'Checkout',
    total: 'Total',
    count: seats,
    timeLeft: 'Left to pay',
    spokenTime: (minutes: number, rest: number) => `${minutes} min ${rest} s left to pay`,
    method: 'How would you like to pay?',
    wallet: 'Wallet',
    balance: (amount: string) => `Balance ${amount}`,
    after: (amount: string) => `${amount} left after paying`,
    tooLittle: 'Not enough for this order',
    noBalance: 'Balance not known right now',
    card: 'Card',
    sandbox: 'Test card: no real money',
    behaviour: 'The test card',
    behaviourOf: (code: string) => cards[code] ?? code,
    pay: (amount: string) => `Pay ${amount}`,
    payAgain: (amount: string) => `Try again: pay ${amount}`,
    paying: 'Paying…',
    continueAt: 'Continue at the payment service',
    cancel: 'Cancel order',
    chooseAgain: 'Choose seats again',
    close: 'Back to the seats',
    details: 'Order details',
    returnedSoFar: (amount: string) => `${amount} returned`,
    reading: 'Reading your order…',
    free: 'Free of charge',
  },
  order: {
    title: 'My orders',
    one: 'Order',
    none: 'You have no orders in this browser yet.',
    noneHint: 'Did you order with an account? Log in to see its orders.',
    loading: 'Loading your orders…',
    more: 'Show older orders',
    placed: (when: string) => `Ordered ${when}`,
    open: 'Open order',
    payNow: 'Pay now',
    tickets: 'Tickets',
    showOnMap: 'Show my seats on the map',
    cancelAll: 'Cancel the whole order',
    cancelSome: (count: number) => `Cancel ${seats(count)}`,
    chooseToCancel: 'Cancel single seats',
    pick: (seat: string) => `Cancel ${seat}`,
    change: 'Change seats',
    notCancellable: 'This order can no longer be cancelled here.',
    sureUnpaid: (count: number) => `Give back ${seats(count)}? Others can take them at once.`,
    surePaying:
      'Your payment is called off. If it comes through all the same, you get the seats if they are still free, else your money back.',
    surePaid: (count: number, amount: string) => `Give back ${seats(count)}? You get ${amount} back the way you paid.`,
    yes: 'Yes, cancel',
    no: 'Keep my seats',
    cancelling: 'Cancelling…',
    released: 'given back',
    payments: 'Payments',
    methodOf: (method: string) => (method === 'wallet' ? 'Wallet' : method === 'card' ? 'Card' : method),
    payment: {
      created: 'started',
      pending: 'on its way',
      authorized: 'reserved',
      captured: 'paid',
      failed: 'failed',
      voided: 'called off',
      refund_due: 'being returned',
      refunded: 'returned',
    } as Readonly<Record<string, string>>,
    link: 'Your link to this order',
    linkHint: 'Keep it: it opens this order on any device, without an account. Whoever has it can use your tickets.',
    copy: 'Copy link',
    copied: 'Copied',
    back: 'All my orders',
    number: (id: string) => `No. ${id}`,
  },
  change: {
    title: 'Change seats',
    text: 'Choose new seats on the map. Your present seats stay yours until you confirm.',
    release: 'Give up',
    keep: 'Keep',
    take: 'Take instead',
    none: 'No new seats chosen yet',
    same: 'No difference',
    toPay: (amount: string) => `${amount} to pay`,
    back: (amount: string) => `${amount} back`,
    difference: 'Difference',
    confirm: 'Change seats now',
    payAndChange: (amount: string) => `Pay ${amount} and change seats`,
    unanswered: 'Your bank has not answered. Your seats are as they were, and nothing will be charged.',
    changing: 'Changing…',
    abort: 'Keep my seats as they are',
    done: 'Your seats are changed.',
    takenMeanwhile: 'Somebody else has taken a seat you had chosen.',
    remove: (seat: string) => `Do not take ${seat}`,
    sameCount: (count: number) => `Please choose ${seats(count)}`,
    impossible: 'The seats of this order can no longer be changed.',
  },
  account: {
    signIn: 'Log in',
    signUp: 'Create account',
    signOut: 'Log out',
    guest: 'You are here as a guest. That is all you need.',
    signedIn: (name: string) => `Logged in as ${name}`,
    email: 'E-mail',
    password: 'Password',
    newPassword: 'Password (at least 8 characters)',
    name: 'Name (optional)',
    keeps: 'You keep your held seats and your orders.',
    optional: 'An account is never needed to buy tickets. It shows your orders on every device.',
    groupPays:
      'Your group is being paid for, and this account cannot take your place in it. Please log in once that is over.',
    wrong: 'E-mail and password do not go together.',
    noAccount: 'No account yet? Create one: it takes a moment, and your seats stay yours.',
    haveAccount: 'I have an account already',
    working: 'One moment…',
    badEmail: 'Please enter an e-mail address.',
    shortPassword: 'Please use at least 8 characters.',
  },
}
