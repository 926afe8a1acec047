/** Seats one command may name. Source: twice the largest group (10), rounded down to what a hold script does in 50 µs. */
export const SEATS_PER_COMMAND_MAX = 20
/** The most seats a performance may let one buyer have. Source: seats one command may name. */
export const SEATS_PER_BUYER_MAX = 20
/** Performances one socket may watch. Source: design, wire contract. */
export const WATCHES_PER_SOCKET_MAX = 8
/** Frames from clients, bytes. Source: design, fan-out. */
export const CLIENT_FRAME_BYTES_MAX = 16_384
/** Seats in one layout: a delta's tuple packs `seat * 8 + status` well below 2^31. Source: a guess above the largest stadium. */
export const SEATS_PER_LAYOUT_MAX = 250_000
/** Alternatives offered with SEAT_TAKEN. Source: design, wire contract. */
export const ALTERNATIVES_MAX = 3
/** How long a repeated `requestId` gets the same answer, ms. Source: design, rule 9. */
export const REQUEST_MEMORY_MS = 60_000
/** Heartbeat of a quiet map: the first after this many ms, then every HEARTBEAT_MS. Source: design, wire contract. */
export const FIRST_HEARTBEAT_MS = 1_000
/** Source: design, wire contract. */
export const HEARTBEAT_MS = 5_000
/** Bounds of holdSeconds and paymentSeconds, s. Source: design (minimum), a guess of one day (maximum). */
export const HOLD_SECONDS_MIN = 2
/** Source: a guess: nobody waits a day at a checkout. */
export const HOLD_SECONDS_MAX = 86_400
/** Members of a group and seats of its block. Source: issue "group booking". */
export const GROUP_SIZE_MIN = 2
/** Source: issue "group booking". */
export const GROUP_SIZE_MAX = 10
/** What friends call each other. Source: a guess. */
export const MEMBER_NAME_LENGTH_MAX = 40
