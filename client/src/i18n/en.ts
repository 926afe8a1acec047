import type { SeatStatus } from '@seatcast/shared/domain/seat-state.ts'
import type { SaleStatus } from '@seatcast/shared/protocol/sale.ts'
import type { ShownConnection } from '../connection/connection-state.ts'
import type { LoadFailure } from '../connection/api.ts'
import type { NoticeCode } from '../ui/performance/notice.ts'
import { isRowCode } from './row-code.ts'

/** What a sentence about a notice may need. */
export interface NoticeFacts {
  /** Seats concerned. */
  readonly count: number
  /** A friend who is concerned; undefined: nobody that we know. */
  readonly who?: string | undefined
  readonly maxSeats: number
  /** `m:ss` until asking again can help, or until the sale opens; empty when unknown. */
  readonly wait: string
  readonly sale: SaleStatus
}

const number = new Intl.NumberFormat('en')
const plural = new Intl.PluralRules('en')
const n = (value: number): string => number.format(value)
const counted = (value: number, one: string, many: string): string =>
  `${n(value)} ${plural.select(value) === 'one' ? one : many}`
const seats = (value: number): string => counted(value, 'seat', 'seats')

/** "Row C"; a row that has a name of its own ("Box 1") keeps it. */
const rowName = (row: string): string => (isRowCode(row) ? `Row ${row}` : row)

const notices: Record<NoticeCode, (facts: NoticeFacts) => string> = {
  SEAT_TAKEN: ({ count }) =>
    count === 1 ? 'Somebody else has that seat.' : 'Somebody else has some of those seats, so none of them was held.',
  LIMIT_EXCEEDED: ({ maxSeats }) =>
    `You can have at most ${seats(maxSeats)} for this performance, including any that a friend booked for you.`,
  NOT_ON_SALE: ({ sale, wait }) =>
    sale === 'paused'
      ? 'The sale is paused for the moment. Seats you hold are still yours.'
      : sale === 'closed'
        ? 'The sale for this performance is closed.'
        : wait === ''
          ? 'The sale has not opened yet.'
          : `The sale has not opened yet. It opens in ${wait}.`,
  NO_BLOCK: ({ count }) => `We found no ${seats(count)} side by side. Fewer seats or another price zone may help.`,
  NO_HOLD: () => 'Those seats are no longer held for you.',
  ADMISSION_REQUIRED: () => 'This sale has a waiting room. Please wait there for your turn.',
  COOL_DOWN: ({ wait }) =>
    wait === ''
      ? 'You have held seats for a long time. Please take a short break before holding more.'
      : `You have held seats for a long time. You can hold more in ${wait}.`,
  RATE_LIMITED: ({ wait }) =>
    wait === '' ? 'That was a little fast.' : `That was a little fast. Try again in ${wait}.`,
  OVERLOADED: () => 'It is very busy right now. Please try again in a moment.',
  UNAVAILABLE: () => 'The ticket service is not reachable right now. Please try again in a moment.',
  MAP_RELOADING: () => 'The seat map is being refreshed. Please try again in a moment.',
  UNAUTHENTICATED: () => 'Your visit has expired. We are signing you in again.',
  FORBIDDEN: () => 'This is not possible with your ticket account.',
  NOT_FOUND: () => 'This performance is no longer available.',
  BAD_REQUEST: () => 'That did not work. Please reload the page and try again.',
  EMAIL_TAKEN: () => 'This e-mail address already has an account. Please log in.',
  ORDER_ENDED: () => 'This order has ended and cannot be paid any more.',
  INSUFFICIENT_FUNDS: () => 'There are not enough points in your wallet.',
  WEBHOOK_FORGED: () => 'That did not work. Please try again.',
  WEBHOOK_STALE: () => 'That did not work. Please try again.',
  WEBHOOK_REPLAYED: () => 'That did not work. Please try again.',
  ORDER_BUSY: () => 'A payment of this order is under way. Please try again when it is through.',
  IN_GROUP: () => "You are booking with friends here: your group's seats are chosen together.",
  GROUP_FULL: () => 'This group is full.',
  GROUP_BUSY: () => 'The group is being paid for. Please try again afterwards.',
  TOO_EARLY: () => 'You can cover the rest in the last minutes only.',
  NOT_REFUNDABLE: () => 'These seats can no longer be given back.',
  IDEMPOTENCY_KEY_REUSED: () => 'That did not work. Please try again.',
  OFFLINE: () => 'You are offline, so nothing was changed. We reconnect by ourselves.',
  NO_ANSWER: () =>
    'No answer came in time. Your seats are shown as soon as we are connected again; asking again is safe.',
  EXPIRED: ({ count }) =>
    `The time to hold ${count === 1 ? 'your seat' : `your ${seats(count)}`} is over, so others can take ${count === 1 ? 'it' : 'them'} again. You are welcome to choose anew.`,
  LOST: ({ count }) =>
    `We are sorry: after a fault the hold on ${count === 1 ? 'your seat' : `your ${seats(count)}`} was lost. Please choose again.`,
  RELEASED_ELSEWHERE: () => 'Your seats were released in another window.',
  GROUP_KEPT: () =>
    'The block could not follow the change: nothing fitting is free beside it. The group keeps the seats it has.',
  GROUP_MOVED: () => 'Your group has another block now: it was placed anew as a whole.',
  GROUP_EXPIRED: () => 'The time to hold the block is over, so its seats are free again. Your group can choose anew.',
  GROUP_LOST: () => 'We are sorry: after a fault the block of your group was lost. Please choose again.',
  GROUP_UNPAID: () =>
    'Not everybody had paid in time. All seats are free again, nothing is kept of anybody’s money. Your group can choose anew.',
  GROUP_GIVEN_UP: () =>
    'The host called the payment off. All seats are free again, nothing is kept of anybody’s money. Your group can choose anew.',
  GROUP_SHORT: () =>
    'A payment that was reserved could not be taken. The host can cover it; else everybody gets their money back.',
  GROUP_GONE: () => 'You are no longer in this group: it has ended, or the host removed you.',
  GROUP_CHANGED: () => 'Your group has changed meanwhile, so nothing was done. You now see how it is.',
  GROUP_ASKED: () => 'We have asked your friend. The seats swap when they agree.',
  GROUP_EXTENDED: () => 'The time has been extended already; that is possible once.',
  GROUP_LIMIT: ({ maxSeats, who }) =>
    who === undefined
      ? `That would be more than ${seats(maxSeats)} for one person, which is the limit here.`
      : `${who} would have more than ${seats(maxSeats)}, with those booked before: that is the limit here for one person.`,
  GROUP_NO_BLOCK: ({ count }) =>
    `No ${seats(count)} together are free that fit your wishes. Another zone or fewer seats may help.`,
  GROUP_HOST_ONLY: () => 'Only the host of the group can do that.',
  GROUP_HOST_SPLITS: ({ count }) =>
    `No ${seats(count)} are free in one row. Over two rows that touch there are: the host can take those.`,
}

const connection: Record<ShownConnection, { readonly label: string; readonly detail: string }> = {
  connecting: { label: 'Connecting', detail: 'Connecting to the live seat map.' },
  joining: { label: 'Connecting', detail: 'Fetching the current seat map.' },
  live: { label: 'Live', detail: 'You see every change as it happens.' },
  catching_up: { label: 'Catching up', detail: 'Some changes were missed; we are fetching them.' },
  stale: { label: 'Delayed', detail: 'The server itself is behind at the moment. Seats may be taken already.' },
  busy: { label: 'Very busy', detail: 'Many people are here. We keep trying to connect.' },
  offline: { label: 'Offline', detail: 'You see the last known map. We reconnect by ourselves.' },
}

const sale: Record<SaleStatus, string> = {
  scheduled: 'Not open yet',
  on_sale: 'On sale',
  paused: 'Paused',
  closed: 'Closed',
}

const status: Record<SeatStatus, string> = { 0: 'available', 1: 'held by someone', 2: 'sold', 3: 'not for sale' }

const loading: Record<LoadFailure, string> = {
  NETWORK: 'We could not reach Seatcast. Please check your connection.',
  NOT_FOUND: 'This performance does not exist, or it is no longer listed.',
  BUSY: 'It is very busy right now. Please try again in a moment.',
  BROKEN: 'Something went wrong on our side. Please try again.',
}

export const en = {
  language: 'Language',
  skipToSeats: 'Skip to the list of seats',
  home: 'All performances',
  retry: 'Try again',
  close: 'Close',
  dismiss: 'Dismiss',

  shows: {
    title: 'What’s on',
    empty: 'Nothing is on at the moment. Please come back soon.',
    more: 'Show more',
    loading: 'Loading performances…',
    available: (free: number, all: number) => `${n(free)} of ${seats(all)} available`,
    soldOut: 'No seats available right now',
    choose: 'Choose seats',
    look: 'See the hall',
  },
  load: {
    performance: 'Loading the performance…',
    hall: (count: number) => `Loading the hall: ${seats(count)}`,
    received: (kilobytes: number) => `${n(kilobytes)} KB`,
    map: 'Drawing the seat map…',
    failed: 'That did not load',
    failure: loading,
  },
  notFound: { title: 'Page not found', text: 'There is nothing at this address.' },

  sale,
  opensIn: (wait: string) => `Opens in ${wait}`,
  opening: 'Opening now…',
  opensLater: 'Opening time to be announced',
  saleOpened: 'The sale is open',
  connection,
  connectionLabel: (label: string) => `Connection: ${label}`,
  watchers: (count: number) => `${n(count)} watching`,
  available: (count: number) => `${n(count)} available`,

  map: {
    label: 'Seat map. A list of all seats for keyboard and screen reader is in the panel “All seats”.',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    wholeHall: 'Show the whole hall',
    mySeats: 'Show my seats',
    hint: 'Drag to move, scroll or pinch to zoom, choose a seat to hold it',
    statusKey: 'What the seats look like',
    unavailable: 'The map could not be drawn here. The list of all seats works without it.',
  },
  status,
  mine: 'yours',
  ordered: 'in your order',
  wished: 'your new choice',
  asking: 'asking…',
  noZone: 'not for sale',

  seat: {
    row: rowName,
    number: (seat: string) => `Seat ${seat}`,
    numbers: (list: string, count: number) => `${count === 1 ? 'seat' : 'seats'} ${list}`,
    accessible: 'Wheelchair place',
    hold: 'Hold this seat',
    holding: 'Asking…',
    release: 'Release this seat',
    nearby: 'Offer seats close by',
    clickToHold: 'Click to hold',
    clickToRelease: 'Click to release',
    choose: 'Choose this seat',
    leave: 'Not this seat',
    clickToChoose: 'Click to choose',
    clickToLeave: 'Click to leave it',
    spoken: (section: string, row: string, seat: string) => `${section}, ${rowName(row)}, seat ${seat}`,
  },
  zones: {
    title: 'Prices',
    all: 'All zones',
    filter: (zone: string) => `Show only ${zone}`,
    free: (count: number) => `${n(count)} free`,
  },
  mySeats: {
    title: 'My seats',
    none: 'No seats yet. Choose on the map, or let us find the best ones.',
    count: seats,
    total: 'Total',
    heldFor: 'Held for you for',
    ending: 'Time is up…',
    remove: (seat: string) => `Release ${seat}`,
    releaseAll: 'Release all',
    show: 'Show on map',
    runningOut: (seconds: number) =>
      `${seconds === 60 ? 'One minute' : counted(seconds, 'second', 'seconds')} left for your seats.`,
    held: (count: number) => `${seats(count)} held for you.`,
    changed: (count: number) => `Now ${seats(count)} held for you.`,
    released: 'Your seats are released.',
    ordered: 'Your seats are ordered and wait for payment.',
  },
  best: {
    title: 'Best seats together',
    count: 'Number of seats',
    fewer: 'One seat fewer',
    more: 'One seat more',
    zone: 'Price zone',
    anyZone: 'Any price zone',
    accessible: 'With a wheelchair place',
    replace: 'Instead of my present seats',
    find: (count: number) => (count === 1 ? 'Hold the best seat' : `Hold the best ${n(count)} together`),
    finding: 'Looking…',
  },
  list: {
    title: 'All seats',
    section: 'Section',
    sectionFree: (section: string, free: number) => `${section} (${n(free)} free)`,
    rows: 'Rows',
    row: (row: string, free: number) => `${rowName(row)}, ${n(free)} free`,
    seatsOfRow: (row: string) => `Seats in ${rowName(row)}; arrow keys move`,
    free: (count: number) => n(count),
  },
  notice: {
    text: notices,
    alternatives: 'Free seats close by, one tap to hold:',
    split: 'These are free, but not all side by side:',
    twoRows: 'These are free in two rows that touch: not all side by side. Take them if that suits everybody:',
    instead: 'Take these for the group instead:',
    take: (label: string) => `Hold ${label}`,
    and: ' + ',
  },
  offlineBanner: 'No connection. This is the last known map; we reconnect by ourselves.',
  checkout: {
    go: 'Continue to payment',
    going: 'Placing your order…',
    toPay: 'Waiting for payment',
    secured: 'Your payment is secured',
    bought: 'Bought',
    changing: (count: number) => `Change seats: ${n(count)} chosen`,
    myOrders: 'My orders',
    loading: 'One moment…',
  },
  friends: {
    book: 'Book with friends',
    text: 'One link, one block of seats, and everybody can pay for their own. No accounts needed.',
    fromSeats: 'Book these with friends',
    haveCode: 'I have a code',
    code: 'Code from a friend',
    join: 'Join',
    group: 'Your group',
    here: (members: number, size: number) => `${n(members)} of ${n(size)} friends`,
    ours: 'your group’s, nobody’s yet',
    seatOf: (name: string) => `${name}’s seat`,
    nameless: (place: string) => `Friend ${place}`,
    sit: 'Sit here',
    clickToSit: 'Click to sit here',
    askToSwap: 'Ask to swap seats',
    clickToAsk: 'Click to ask whether to swap',
    explain: 'Why not this one?',
  },
  sheet: { open: 'Show details', shut: 'Hide details' },
}
