import { useSignal } from '@preact/signals'
import type { Checkout } from '../checkout/checkout.ts'
import { Later } from '../frame/later.tsx'
import type { PerformanceSession } from '../performance/performance-session.ts'
import type { ViewState } from '../performance/view-state.ts'
import { loadCreate, loadNames, loadNews, loadPanel, loadStep } from './load-groups.ts'

interface SlotProps {
  readonly session: PerformanceSession
  readonly view: ViewState
}

export interface GroupPartProps extends SlotProps {
  readonly checkout: Checkout
}

/** Beside the map: the group; empty without one, and when one that is sold was put away. */
export function GroupSlot(props: GroupPartProps) {
  const putAway = useSignal<string | null>(null)
  const group = props.session.group.view.value
  if (group === null || group.groupId === putAway.value || props.session.wish.value !== null) return null
  return <Later load={loadPanel} props={{ ...props, onClose: () => (putAway.value = group.groupId) }} />
}

/** Phones: what to do next, one tap away while the sheet is down. */
export function GroupStep(props: GroupPartProps) {
  if (!props.session.group.isOpen.value || props.session.wish.value !== null) return null
  return <Later load={loadStep} props={props} quiet />
}

/** Who sits where, on the map. */
export function GroupOnMap(props: SlotProps) {
  if (!props.session.group.isOpen.value || props.session.group.seats.value.length === 0) return null
  return <Later load={loadNames} props={props} quiet />
}

/** The dialog that makes a group, and what is said of one to screen readers. */
export function GroupExtras(props: SlotProps) {
  return (
    <>
      {props.view.makingGroup.value && <Later load={loadCreate} props={props} quiet />}
      {props.session.group.view.value !== null && <Later load={loadNews} props={{ session: props.session }} quiet />}
    </>
  )
}
