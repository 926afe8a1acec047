import type { FastifyPluginAsync } from 'fastify'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { Db } from '../database/client.ts'
import { type GroupPaymentNeeds, groupPaymentRoutes } from '../groups/payment/group-payment-routes.ts'
import { jointSale } from '../groups/payment/joint-sale.ts'
import type { TakeGroupStep } from '../groups/payment/step.ts'
import type { Guards } from '../http/authentication.ts'
import type { MapSource } from '../feed/map-source.ts'
import type { Metrics } from '../observability/metrics.ts'
import { lateClaims } from '../orders/late-claim.ts'
import type { OrderMoney } from '../orders/order-money.ts'
import { orderKeys } from '../orders/order-keys.ts'
import { orderLayouts } from '../orders/order-view.ts'
import { orderMoney } from '../payments/order-money.ts'
import { ordersWithPayments } from '../payments/order-with-payments.ts'
import type { Step } from '../orders/step.ts'
import { measuredProviders } from '../payments/measured-provider.ts'
import type { PaymentContext, PaymentStep } from '../payments/payment-context.ts'
import { paymentRoutes } from '../payments/payment-routes.ts'
import { paymentProviders } from '../payments/providers.ts'
import { walletRoutes } from '../payments/wallet-routes.ts'
import { webhookRoutes } from '../payments/webhook-routes.ts'
import { plantedJointSale } from '../planted-bugs/half-sold-groups.ts'
import { groupRoundsJob } from '../scheduler/group-rounds-job.ts'
import type { Job } from '../scheduler/jobs.ts'
import { paymentJob } from '../scheduler/payment-job.ts'
import type { OrderCommands } from '../seats/order-commands.ts'
import { loadMissingSoon } from './map-source.ts'

export interface PaymentParts {
  readonly money: OrderMoney
  readonly work: Job
  /** Ends the payment of groups in time. */
  readonly rounds: Job
  routes(guards: Guards): FastifyPluginAsync[]
  groupRoutes(guards: Guards, parts: GroupRouteParts): FastifyPluginAsync
}

/** What the routes of a group's payment need of a node. */
type GroupRouteParts = Pick<GroupPaymentNeeds, 'groups' | 'openMap' | 'viewGroup' | 'deliver'>

export interface PaymentNeeds {
  readonly config: Config
  readonly db: Db
  readonly orders: OrderCommands
  readonly source: Pick<MapSource, 'ensureLoaded'>
  readonly log: Logger
  readonly metrics: Pick<Metrics, 'providerCallSeconds'>
  /** Where a provider on this machine reaches a node; null: not known yet. */
  readonly ownOrigin: () => string | null
  /** Orders' outbox has news. */
  readonly wakeOutbox: () => void
  /** There is something to ask a provider. */
  readonly wakeWork: () => void
  readonly step?: (((name: PaymentStep) => void) & Step & TakeGroupStep) | undefined
  /** How many times longer the pauses of the work are. */
  readonly calm?: number
}

/** Payments as a process needs them: a node with routes, a scheduler without. */
export function paymentParts(needs: PaymentNeeds): PaymentParts {
  const { config, db, log, metrics, wakeOutbox, wakeWork } = needs
  const joint = plantedJointSale(config.plantedBug, jointSale(needs.step))
  const context: PaymentContext = {
    providers: measuredProviders(paymentProviders(config, needs.ownOrigin), (call, elapsedMs) =>
      metrics.providerCallSeconds.observe({ ...call }, elapsedMs / 1_000),
    ),
    secureSeats: lateClaims({
      orders: needs.orders,
      mapMissing: loadMissingSoon(db, needs.source, log),
      ...(needs.step !== undefined && { step: needs.step }),
    }),
    jointSale: joint,
    captureTries: config.captureTries,
    ...(needs.step !== undefined && { step: needs.step }),
  }
  const layouts = orderLayouts(db)
  const changed = () => {
    wakeOutbox()
    wakeWork()
  }
  return {
    money: orderMoney(context),
    work: paymentJob({ db, context, log, changed }, needs.calm),
    rounds: groupRoundsJob({ db, log, changed, ...(needs.step !== undefined && { step: needs.step }) }, needs.calm),
    groupRoutes(guards, parts) {
      const { orders, step } = needs
      const shared = {
        db,
        orders,
        keys: orderKeys(config.tokenSecret),
        jointSale: joint,
        guards,
        context,
        layouts,
        changed,
      }
      return groupPaymentRoutes({ ...shared, ...parts, ...(step !== undefined && { step }) })
    },
    routes(guards) {
      return [
        paymentRoutes({
          db,
          context,
          guards,
          orders: ordersWithPayments(db, layouts),
          changed,
        }),
        walletRoutes({ db, guards, settings: config }),
        webhookRoutes({ db, context, changed }),
      ]
    },
  }
}
