import type { BlockShape, GroupRule, ShareState } from '@seatcast/shared/protocol/group.ts'
import type { JoinProblem } from '../../ui/groups/join-problem.ts'

const number = new Intl.NumberFormat('en')
const plural = new Intl.PluralRules('en')
const n = (value: number): string => number.format(value)
const counted = (value: number, one: string, many: string): string =>
  `${n(value)} ${plural.select(value) === 'one' ? one : many}`
const seats = (count: number): string => counted(count, 'seat', 'seats')

/** Each in one sentence: who pays, and what happens when somebody does not. */
const rules: Record<GroupRule, { readonly title: string; readonly text: string }> = {
  one_pays: {
    title: 'One of us pays',
    text: 'Whoever presses pay buys all seats in one order, each within the limit of the friend it is for; if it is not paid in time, nothing is charged and the seats are free again.',
  },
  each_pays: {
    title: 'Everybody pays their own',
    text: 'The seats are ours when everybody has paid; if somebody does not pay in time, everybody gets their money back and the seats are free again.',
  },
  host_covers: {
    title: 'Everybody pays, the host can cover the rest',
    text: 'If somebody has not paid, the host can pay for them in the last two minutes; if that does not happen either, everybody gets their money back and the seats are free again.',
  },
}

const shares: Record<ShareState, string> = {
  none: 'nothing to pay',
  open: 'has not paid yet',
  paying: 'is paying',
  reserved: 'payment secured',
  paid: 'has paid',
}

const shapes: Record<BlockShape, string> = {
  row: 'All side by side in one row',
  two_rows: 'Over two rows that touch: not all side by side',
  apart: 'In several places: not all together',
}

const joinProblems: Record<JoinProblem, { readonly title: string; readonly text: string }> = {
  NOT_FOUND: {
    title: 'This invitation does not work',
    text: 'It has expired, was replaced or is misspelt. Ask your friends for a new link or code.',
  },
  IN_GROUP: {
    title: 'You are in another group already',
    text: 'You can be in one group per performance. Leave the other one, then open this link again.',
  },
  GROUP_FULL: { title: 'This group is full', text: 'A group has room for ten. Perhaps somebody makes a second one?' },
  GROUP_BUSY: {
    title: 'This group is paying already',
    text: 'Nobody can join while seats are being paid for. If that comes to nothing, you can try again.',
  },
  LIMIT_EXCEEDED: {
    title: 'That would be too many seats',
    text: 'With the seats you have already you would be above this performance’s limit for one person.',
  },
  RATE_LIMITED: { title: 'A little too fast', text: 'There were many tries. Please wait a moment and try again.' },
  OTHER: { title: 'We could not join the group', text: 'Please check your connection and try again.' },
}

export const en = {
  title: 'Your group',
  rule: rules,
  ruleLabel: 'Who pays',
  members: (members: number, size: number) => `${n(members)} of ${n(size)} are in`,
  moreThanSize: (members: number) => `${counted(members, 'friend', 'friends')} in`,
  close: 'Close',
  oneMoment: 'One moment…',

  member: {
    you: 'you',
    host: 'host',
    here: 'here now',
    away: 'away',
    noSeat: 'no seat yet',
    share: shares,
    remove: (name: string) => `Remove ${name}`,
    sureRemove: (name: string) =>
      `Remove ${name} from the group? Their seat becomes free for another friend, and the link and code change: send the new ones to who is still to come.`,
    rename: 'Change my name',
    name: 'My name',
    save: 'Save',
    asks: (name: string) => `${name} would like to swap seats with you.`,
    offers: (places: string) => `Theirs: ${places}.`,
    swap: 'Swap seats',
    keep: 'Keep my seat',
  },
  block: {
    title: 'Our seats',
    none: (count: number) => `When you are ready we take ${seats(count)} together, in one step.`,
    beforeOpening: 'Gather your friends now; the seats are taken when the sale opens.',
    take: (count: number) => `Take ${seats(count)} together`,
    taking: 'Looking…',
    another: 'Another block',
    release: 'Give the seats up',
    sureRelease: 'Give up the seats of the whole group? Others can take them at once.',
    extend: (time: string) => `${time} more (once)`,
    heldFor: 'Held for your group for',
    ending: 'Time is up…',
    shape: shapes,
    show: 'Show on map',
    nobody: 'nobody’s yet',
    sit: 'Sit here',
    ask: 'Swap?',
    sitAt: (place: string) => `Sit here: ${place}`,
    askFor: (name: string, place: string) => `Swap? Ask ${name} for ${place}`,
    standUp: 'Give my seat up',
    assignSeats: 'Assign seats',
    assign: (place: string) => `Whose seat is ${place}?`,
    nobodyChoice: 'Nobody',
    total: 'Together',
    wishes: 'Change size and wishes',
    saveWishes: 'Save wishes',
    kept: 'Nothing fitting was free beside your block, so it stayed as it was.',
  },
  wish: {
    count: 'How many are you?',
    people: (count: number) => counted(count, 'person', 'people'),
    fewer: 'One fewer',
    more: 'One more',
    zone: 'Price zone',
    anyZone: 'Any price zone',
    section: 'Section',
    anySection: 'Any section',
    accessible: 'With a wheelchair place',
    split: 'Two rows that touch are fine too (say 3 and 2 behind them)',
  },
  create: {
    title: 'Book with friends',
    text: 'You get a link. Whoever opens it is in, without an account.',
    joins: (count: number) => `Your ${seats(count)} will be the group’s.`,
    name: 'My name, as friends see it',
    go: 'Make the group',
    going: 'One moment…',
    ready: 'Your group is ready',
    readyText: 'Send this to your friends. Beside the map you see who has come.',
    done: 'To our seats',
  },
  invitation: {
    title: 'Invite friends',
    link: 'Link',
    copy: 'Copy link',
    copied: 'Copied',
    share: 'Share',
    shareText: (title: string) => `Come with us: ${title}`,
    qr: 'QR code of the invitation',
    code: 'Code to read out',
    hours: (count: number) => `Works for another ${counted(count, 'hour', 'hours')}.`,
    minutes: (count: number) => `Works for another ${counted(count, 'minute', 'minutes')}.`,
    renew: 'New link and code',
    shut: 'Let nobody else in',
    shutNow: 'The door is shut: nobody else can join.',
    open: 'Invite again',
    device: 'Use on my other device',
    deviceText:
      'Opened on another device, this makes it yours too. It works once, for 10 minutes; do not send it to others.',
    deviceQr: 'QR code for my other device',
  },
  pay: {
    onePays: (amount: string) => `I pay for all: ${amount}`,
    eachPays: 'Start paying',
    starting: 'One moment…',
    note: 'Once somebody starts, seats cannot be swapped any more, and everybody pays within the time shown.',
    noteOne: 'Once you start, seats cannot be swapped any more until it is paid.',
    unassigned: (count: number) =>
      `${seats(count)} ${count === 1 ? 'is' : 'are'} nobody’s yet: the host pays for ${count === 1 ? 'it' : 'them'}.`,
    title: 'Paying together',
    titleOne: 'Being paid',
    left: 'Left for everybody to pay',
    progress: (paid: number, all: number) => `${n(paid)} of ${n(all)} have paid`,
    waitingFor: (name: string) => `${name} pays for all. You need not do anything.`,
    missing: (amount: string) => `${amount} still missing`,
    capturing: 'Everybody has paid. We are confirming the seats…',
    short:
      'A payment that was secured could not be taken after all. The host can cover it; if not, everybody gets their money back.',
    cover: (amount: string) => `Cover the rest: ${amount}`,
    coverIn: (wait: string) => `You can cover what is missing in ${wait}.`,
    hostCoversIn: (wait: string) => `The host can cover what is missing in ${wait}.`,
    hostMayCover: 'The host can cover what is missing now.',
    coverKeeps: 'Your friends’ seats and tickets stay theirs.',
    giveUp: 'Call the payment off',
    sureGiveUp: 'Call it off for everybody? All money goes back, all seats are free, and you can choose again.',
    sold: 'The seats are yours',
    soldText: 'Everybody has their own tickets.',
    soldOneText: 'The tickets are with whoever paid.',
    myTickets: 'My order and tickets',
    myShare: 'My share',
  },
  leave: {
    leave: 'Leave the group',
    sureLeave: 'Leave the group? Your seat goes back.',
    end: 'End the group',
    sureEnd: 'End the group for everybody? Its seats are free at once.',
    yes: 'Yes',
    no: 'No, stay',
  },
  news: {
    joined: (name: string) => `${name} has joined.`,
    left: (name: string) => `${name} has left.`,
    mySeat: (place: string) => `Your seat is ${place}.`,
    block: (count: number) => `Your group holds ${seats(count)}.`,
    paying: 'Your group is being paid for.',
    paid: (paid: number, all: number) => `${n(paid)} of ${n(all)} have paid.`,
    sold: 'The seats are booked.',
  },
  step: {
    yourSeat: 'Your seat',
    choose: 'Take seats',
    pay: 'Pay my share',
    payAll: 'I pay for all',
    see: 'Open the group',
    gathering: (members: number, size: number) => `${n(members)} of ${n(size)} are in`,
  },
  onMap: 'Your group',
  join: {
    joining: 'Joining your friends…',
    problem: joinProblems,
    mine: 'To my group',
  },
  device: {
    title: 'Use this device too?',
    text: 'You will be the same person here: same group, same seats, same orders.',
    go: 'Yes, continue',
    going: 'One moment…',
    failed: 'This link does not work any more. Such links work once, and for 10 minutes.',
  },
  /** For who did not say how they are called. */
  names: ['Otter', 'Robin', 'Fox', 'Panda', 'Heron', 'Lynx', 'Wren', 'Badger', 'Dolphin', 'Koala', 'Swift', 'Hedgehog'],
}
