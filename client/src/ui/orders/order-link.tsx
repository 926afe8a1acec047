import { useSignal } from '@preact/signals'
import { orderLink } from '../../connection/orders-api.ts'
import { orderWords } from '../../i18n/order-words.ts'

/** How a guest finds the order again, on any device. */
export function OrderLink({ orderId }: { readonly orderId: string }) {
  const t = orderWords.value.order
  const copied = useSignal(false)
  const link = orderLink(orderId)
  if (link === null) return null
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(link)
      copied.value = true
    } catch {
      // Not allowed here: the link can be selected by hand.
    }
  }
  return (
    <div class="order-link">
      <h2 id="order-link">{t.link}</h2>
      <p class="muted">{t.linkHint}</p>
      <input
        type="text"
        readOnly
        value={link}
        aria-labelledby="order-link"
        onFocus={(event) => event.currentTarget.select()}
      />
      <button type="button" class="button" onClick={() => void copy()}>
        <span role="status">{copied.value ? t.copied : t.copy}</span>
      </button>
    </div>
  )
}
