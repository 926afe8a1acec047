import { Header } from '../frame/header.tsx'
import { Later } from '../frame/later.tsx'

const loadJoin = async () => (await import('./join-page.tsx')).JoinPage
const loadDevice = async () => (await import('./device-page.tsx')).DevicePage

/** `/g/<secret or code>`: in at once. */
export function JoinRoute({ code }: { readonly code: string }) {
  return <Later load={loadJoin} props={{ code }} />
}

/** `/d/<key>`: this device becomes mine too. */
export function DeviceRoute({ deviceKey }: { readonly deviceKey: string }) {
  return (
    <>
      <Header />
      <Later load={loadDevice} props={{ deviceKey }} />
    </>
  )
}
