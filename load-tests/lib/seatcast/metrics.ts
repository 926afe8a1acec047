import { Counter, Rate, Trend } from 'k6/metrics'

const milliseconds = (name: string): Trend => new Trend(name, true)

/** From a click to a watcher's map: the clock runs from the moment the click was due. */
export const propagation = milliseconds('propagation_ms')
/** How late the click of the metronome was sent: part of propagation that is the generator's own. */
export const clickLateness = milliseconds('click_lateness_ms')
/** The metronome's clicks by how they were answered; `code` tells the refusals apart. */
export const clicksAnswered = new Counter('clicks_answered')
export const clicksRefused = new Counter('clicks_refused')
/** Of the clicks that were due while a watcher looked, those that came to them as live frames, %; a sample a watcher. */
export const completeness = new Trend('completeness')
/** From the dial to a connected socket, and to a map that is live, or to giving up waiting for it. */
export const connectTime = milliseconds('connect_ms')
export const joinTime = milliseconds('join_ms')
/** From the loss of the connection to a consistent map; and without the waits before dialling again. */
export const reconnectTime = milliseconds('reconnect_ms')
export const resyncTime = milliseconds('resync_ms')
/** From the moment the sale was to open to a waiting buyer's knowing it. */
export const openingTime = milliseconds('opening_ms')
export const guestTime = milliseconds('guest_ms')
/** From a command to its acknowledgement. */
export const holdTime = milliseconds('hold_ms')
export const groupHoldTime = milliseconds('group_hold_ms')
export const releaseTime = milliseconds('release_ms')
export const orderTime = milliseconds('order_ms')
/** From the request to a paid order. */
export const paymentTime = milliseconds('payment_ms')
/** How late a timer of 100 ms fired in a virtual user that does nothing else. */
export const generatorLag = milliseconds('generator_lag_ms')
/** Tries until a seat was held, by user. */
export const holdTries = new Trend('hold_tries')

/** Tagged with `code`: OK or the refusal. */
export const holdAnswers = new Counter('hold_answers')
export const orderAnswers = new Counter('order_answers')
export const paymentAnswers = new Counter('payment_answers')
export const groupAnswers = new Counter('group_answers')
/** Tagged with `code`: why a socket was refused or could not be opened. */
export const refusedSockets = new Counter('refused_sockets')
/** Whether a dial heard nothing in time and was made again; a sample a dial that was not refused. */
export const dialsStalled = new Rate('dials_stalled')
/** Connections that ended without anybody wanting it. */
export const lostSockets = new Counter('lost_sockets')
/** Commands without an answer in time. */
export const unanswered = new Counter('unanswered')
/** Requests answered with a 5xx that is no refusal, or with nothing at all. */
export const httpFailures = new Counter('http_failures')
export const usersArrived = new Counter('users_arrived')
/** Of them, tagged with `user`: those who got in; and whether each one failed to. */
export const usersIn = new Counter('users_in')
export const joinsFailed = new Rate('joins_failed')
/** Visits that ended with an error of the user's own, and watchers who never got in. */
export const visitsBroken = new Counter('visits_broken')
export const ordersPaid = new Counter('orders_paid')
export const seatsSold = new Counter('seats_sold')
/** Paid, minor units of the currency. */
export const moneyMinor = new Counter('money_minor')
export const groupsSold = new Counter('groups_sold')
/** The server does not know group:create. */
export const groupsSkipped = new Counter('groups_skipped')
/** What abusers sent. */
export const abuses = new Counter('abuses')
/** How often longer honest buyers wait for answers beside abuse than without: p95 over p95, one sample a run. */
export const abuseFactor = new Trend('abuse_factor')
/** Stolen tokens that were tried out to the end; and their owners who were not told what was done with them. */
export const stolenTokens = new Counter('stolen_tokens')
export const ownersUntold = new Counter('owners_untold')
export const watchersChecked = new Counter('watchers_checked')
/** Others whose map was compared when they left: a sample. */
export const buyersChecked = new Counter('buyers_checked')
export const mapsUnchecked = new Counter('maps_unchecked')

/** There was no verdict, allowed or not. */
export const auditsFailed = new Counter('audits_failed')

/** Everything below must stay 0: see INVARIANTS. */
export const gaps = new Counter('gaps')
export const mapDiffers = new Counter('map_differs')
export const ownSeatLost = new Counter('own_seat_lost')
export const seatGivenTwice = new Counter('seat_given_twice')
export const holdEndedEarly = new Counter('hold_ended_early')
export const holdEndedLate = new Counter('hold_ended_late')
export const moneyDiffers = new Counter('money_differs')
export const forgeryAccepted = new Counter('forgery_accepted')
export const groupHalfSold = new Counter('group_half_sold')
export const auditViolations = new Counter('audit_violations')
export const verdictMissing = new Counter('verdict_missing')
