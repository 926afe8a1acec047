import {
  ClaimedOrders,
  ClaimOrders,
  DeviceLink,
  DeviceSession,
  Me,
  NewAccount,
  NewDeviceSession,
  NewSession,
  Session,
} from '@seatcast/shared/protocol/account.ts'
import type { Config } from '../config.ts'
import type { Db } from '../database/client.ts'
import type { App } from '../http/app-instance.ts'
import { type AccessTokens, callerOf, type Guards } from '../http/authentication.ts'
import { callerAddress } from '../http/caller-address.ts'
import { RefusalError } from '../http/refusal.ts'
import { attemptCounter, attemptLimit } from './attempt-limit.ts'
import { claimOrders } from './claim-orders.ts'
import { type DeviceLinkNeeds, makeDeviceLink, signInDevice } from './device-links.ts'
import { argon2Passwords, type Passwords } from './passwords.ts'
import { accountOf, SIGN_UP_ROUTE, signIn, type SignInNeeds, signUp } from './sign-in.ts'

export interface AccountNeeds {
  readonly db: Db
  readonly config: Pick<Config, 'tokenSecret' | 'accountTokenSeconds' | 'guestTokenSeconds' | 'limits' | 'trustProxy'>
  readonly tokens: AccessTokens
  readonly guards: Guards
  /** Told that orders changed, so that Redis hears of it at once; it hears of it soon anyway. */
  readonly ordersChanged?: (() => void) | undefined
  readonly passwords?: Passwords
}

const tags = ['accounts']
const security = [{ token: [] }]

/** Signing up, logging in, and what a guest brings along. */
export function accountRoutes(app: App, { db, config, tokens, guards, ...needs }: AccountNeeds): void {
  const signing: SignInNeeds = {
    db,
    tokens,
    passwords: needs.passwords ?? argon2Passwords(),
    attempts: attemptLimit(db, config.tokenSecret, config.limits),
    accountTokenSeconds: config.accountTokenSeconds,
  }
  const linking: DeviceLinkNeeds = { ...config, db, tokens, attempts: attemptCounter(db, config.tokenSecret) }

  app.post(
    SIGN_UP_ROUTE,
    {
      onRequest: guards.identifyUser,
      schema: {
        tags,
        security: [{}, ...security],
        summary: "Sign up; with a guest's token, the user stays who they are",
        body: NewAccount,
        response: { 201: Session },
      },
    },
    async (request, reply) => {
      const session = await signUp(
        signing,
        request.identity,
        callerAddress(request.raw, config.trustProxy),
        request.body,
      )
      return reply.code(201).header('cache-control', 'no-store').send(session)
    },
  )

  app.post(
    '/api/sessions',
    { schema: { tags, summary: 'Log in', body: NewSession, response: { 201: Session } } },
    async (request, reply) => {
      const session = await signIn(signing, callerAddress(request.raw, config.trustProxy), request.body)
      return reply.code(201).header('cache-control', 'no-store').send(session)
    },
  )

  app.post(
    '/api/device-links',
    {
      onRequest: guards.requireUser,
      schema: {
        tags,
        security,
        summary: 'A link that signs in one other device as me, once, within 10 minutes',
        response: { 201: DeviceLink },
      },
    },
    async (request, reply) => {
      const link = await makeDeviceLink(linking, callerOf(request))
      return reply.code(201).header('cache-control', 'no-store').send(link)
    },
  )

  app.post(
    '/api/sessions/device',
    {
      schema: {
        tags,
        summary: 'Sign in with the link of another device',
        body: NewDeviceSession,
        response: { 201: DeviceSession },
      },
    },
    async (request, reply) => {
      const session = await signInDevice(linking, callerAddress(request.raw, config.trustProxy), request.body.key)
      return reply.code(201).header('cache-control', 'no-store').send(session)
    },
  )

  app.get(
    '/api/me',
    {
      onRequest: guards.requireUser,
      schema: { tags, security, summary: 'Who the token says I am', response: { 200: Me } },
    },
    async (request, reply) => {
      const userId = callerOf(request)
      const roles = [...(request.identity?.roles ?? [])]
      return reply.header('cache-control', 'no-store').send({ userId, roles, account: await accountOf(db, userId) })
    },
  )

  app.post(
    `${SIGN_UP_ROUTE}/claim`,
    {
      onRequest: guards.requireUser,
      schema: {
        tags,
        security,
        summary: "Make a guest's orders the account's",
        body: ClaimOrders,
        response: { 200: ClaimedOrders },
      },
    },
    async (request, reply) => {
      if (request.identity?.roles.includes('user') !== true) throw new RefusalError('FORBIDDEN')
      const { guestToken } = request.body
      const orderIds = await claimOrders(db, tokens, { userId: callerOf(request), guestToken })
      if (orderIds.length > 0) needs.ordersChanged?.()
      return reply.header('cache-control', 'no-store').send({ orderIds })
    },
  )
}
