import { Header } from '../frame/header.tsx'
import { Later } from '../frame/later.tsx'

const loadList = async () => (await import('./orders-page.tsx')).OrdersPage
const loadOne = async () => (await import('./order-page.tsx')).OrderPage

/** `/orders` and `/orders/<id>`: a chunk of their own. */
export function OrdersRoute({ orderId }: { readonly orderId: string | null }) {
  return (
    <>
      <Header />
      <main class="orders">
        {orderId === null ? <Later load={loadList} props={{}} /> : <Later load={loadOne} props={{ orderId }} />}
      </main>
    </>
  )
}
