import { words } from '../i18n/language.ts'
import { Header } from './frame/header.tsx'
import { Message } from './frame/message.tsx'
import { DeviceRoute, JoinRoute } from './groups/group-route.tsx'
import { OrdersRoute } from './orders/orders-route.tsx'
import { PerformancePage } from './performance/performance-page.tsx'
import { ShowsPage } from './shows/shows-page.tsx'

/** The page of an address. */
export function App({ path }: { readonly path: string }) {
  if (path === '/') return <ShowsPage />
  const performanceId = /^\/p\/([^/]+)\/?$/.exec(path)?.[1]
  if (performanceId !== undefined) return <PerformancePage performanceId={decodeURIComponent(performanceId)} />
  const code = /^\/g\/([^/]+)\/?$/.exec(path)?.[1]
  if (code !== undefined) return <JoinRoute code={decodeURIComponent(code)} />
  const deviceKey = /^\/d\/([^/]+)\/?$/.exec(path)?.[1]
  if (deviceKey !== undefined) return <DeviceRoute deviceKey={decodeURIComponent(deviceKey)} />
  const order = /^\/orders(?:\/([^/]+))?\/?$/.exec(path)
  if (order !== null) return <OrdersRoute orderId={order[1] === undefined ? null : decodeURIComponent(order[1])} />
  const { notFound } = words.value
  return (
    <>
      <Header />
      <Message title={notFound.title} text={notFound.text} />
    </>
  )
}
