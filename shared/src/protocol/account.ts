import { type Static, Type } from 'typebox'
import { Id } from './fields.ts'

/** Who a token may be: `guest` has no account, `user` has one; the others are granted from the command line only (SPEC U7). */
export const ROLES = ['guest', 'user', 'staff', 'organiser'] as const
export type Role = (typeof ROLES)[number]
/** Roles that an account may be granted beside `user`. */
export const GRANTED_ROLES = ['staff', 'organiser'] as const satisfies readonly Role[]
export type GrantedRole = (typeof GRANTED_ROLES)[number]

/** As people type it: trimmed, lower-cased and its domain encoded by the server before it is compared. */
const Email = Type.String({ minLength: 3, maxLength: 300 })
const NewPassword = Type.String({ minLength: 8, maxLength: 200 })
const PersonName = Type.String({ minLength: 1, maxLength: 100, pattern: '^(?=.*\\S)[^\\u0000-\\u001f\\u007f]+$' })

/** `POST /api/accounts`. A guest's token with it: the account keeps the guest's user id, and with it all they have. */
export const NewAccount = Type.Object(
  { email: Email, password: NewPassword, name: Type.Optional(PersonName) },
  { additionalProperties: true },
)
export type NewAccount = Static<typeof NewAccount>

/** `POST /api/sessions`. A password of any length may be tried; only a right one is right. */
export const NewSession = Type.Object(
  { email: Type.String({ maxLength: 300 }), password: Type.String({ maxLength: 200 }) },
  { additionalProperties: true },
)
export type NewSession = Static<typeof NewSession>

/** What is known of who has an account. */
export const Account = Type.Object({ email: Type.String(), name: Type.Union([Type.String(), Type.Null()]) })
export type Account = Static<typeof Account>

const RoleSchema = Type.Enum(ROLES)

/** The answer to both: a token with the roles that the account has now. */
export const Session = Type.Object({
  userId: Id,
  token: Type.String(),
  expiresInSeconds: Type.Integer(),
  roles: Type.Array(RoleSchema),
  account: Account,
})
export type Session = Static<typeof Session>

/** `POST /api/device-links`: the secret of a link that signs in one other device. */
export const DeviceLink = Type.Object({ key: Type.String(), expiresInSeconds: Type.Integer() })
export type DeviceLink = Static<typeof DeviceLink>

/** `POST /api/sessions/device` */
export const NewDeviceSession = Type.Object(
  { key: Type.String({ minLength: 1, maxLength: 128 }) },
  { additionalProperties: false },
)
/** Its answer: a session of the same buyer, without granted roles; `account`: null for a guest. */
export const DeviceSession = Type.Object({
  userId: Id,
  token: Type.String(),
  expiresInSeconds: Type.Integer(),
  roles: Type.Array(RoleSchema),
  account: Type.Union([Account, Type.Null()]),
})
export type DeviceSession = Static<typeof DeviceSession>

/** `GET /api/me`: what the token says, and the account behind it; null: a guest, or a token from the command line. */
export const Me = Type.Object({
  userId: Id,
  roles: Type.Array(RoleSchema),
  account: Type.Union([Account, Type.Null()]),
})
export type Me = Static<typeof Me>

/** `POST /api/accounts/claim`: the orders of the guest whose token this is become the account's; holds stay with the guest. */
export const ClaimOrders = Type.Object(
  { guestToken: Type.String({ minLength: 1, maxLength: 2_048 }) },
  { additionalProperties: true },
)
/** Its answer: the orders that moved, oldest first; asked again, none. */
export const ClaimedOrders = Type.Object({ orderIds: Type.Array(Id) })
export type ClaimedOrders = Static<typeof ClaimedOrders>
