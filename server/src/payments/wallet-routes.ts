import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Wallet } from '@seatcast/shared/protocol/order.ts'
import { Type } from 'typebox'
import type { Db } from '../database/client.ts'
import { callerOf, type Guards } from '../http/authentication.ts'
import { badRequest } from '../http/refusal.ts'
import { onePage, Page } from '../http/paging.ts'
import { openWallet, walletBalances, walletEntries } from './ledger.ts'
import { SANDBOX_CARDS } from './sandbox/sandbox-cards.ts'

export interface WalletNeeds {
  readonly db: Db
  readonly guards: Guards
  readonly settings: {
    readonly walletDemoBalance: number
    readonly walletCurrency: string
    readonly sandboxPaymentsUrl: string
  }
}

/** `GET /api/wallet`: what the caller can pay with. */
export function walletRoutes({ db, guards, settings }: WalletNeeds): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/wallet',
      {
        onRequest: guards.requireUser,
        schema: {
          tags: ['payments'],
          security: [{ token: [] }],
          summary: 'The caller’s points and how they came and went',
          querystring: Type.Intersect([
            Page,
            Type.Object({ currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$' })) }),
          ]),
          response: { 200: Wallet },
        },
      },
      async (request, reply) => {
        const userId = callerOf(request)
        const currency = request.query.currency ?? settings.walletCurrency
        // A wallet opens with points: never in a currency in which there is nothing to buy.
        if (currency !== settings.walletCurrency && !(await isSoldIn(db, currency)))
          throw badRequest([{ path: '/currency', message: 'nothing is sold in this currency' }])
        const { wallet, balances } = await db.transaction().execute(async (trx) => ({
          wallet: await openWallet(trx, { userId, currency, demoBalance: settings.walletDemoBalance }),
          balances: await walletBalances(trx, userId),
        }))
        const { items, nextCursor } = await onePage(request.query, (page) => walletEntries(db, wallet.accountId, page))
        return reply.header('cache-control', 'no-store').send({
          balance: wallet.balance,
          currency,
          entries: items.map((entry) => ({ ...entry, createdAt: entry.createdAt.toISOString() })),
          nextCursor,
          balances,
          sandboxCards: settings.sandboxPaymentsUrl === '' ? [] : Object.keys(SANDBOX_CARDS),
        })
      },
    )
  }
}

async function isSoldIn(db: Db, currency: string): Promise<boolean> {
  const zone = await db
    .selectFrom('price_zones')
    .select('currency')
    .where('currency', '=', currency)
    .limit(1)
    .executeTakeFirst()
  return zone !== undefined
}
