import { signal, type Signal } from '@preact/signals'
import { GROUP_SIZE_MAX, GROUP_SIZE_MIN } from '@seatcast/shared/domain/limits.ts'
import type { GroupWish } from '@seatcast/shared/protocol/group.ts'
import { money } from '../../i18n/format.ts'
import { groupWords } from '../../i18n/group-words.ts'
import type { SeatBook } from '../../store/seat-book.ts'
import { Icon } from '../frame/icon.tsx'
import { Picker } from '../frame/picker.tsx'

/** What a group asks for, while somebody fills it in. */
export interface WishDraft {
  readonly size: Signal<number>
  readonly zoneId: Signal<string>
  readonly sectionId: Signal<string>
  readonly accessible: Signal<boolean>
  readonly split: Signal<boolean>
}

export function wishDraft(size: number, wish: GroupWish = {}, split = false): WishDraft {
  return {
    size: signal(size),
    zoneId: signal(wish.zoneId ?? ''),
    sectionId: signal(wish.sectionId === undefined ? '' : String(wish.sectionId)),
    accessible: signal(wish.accessible ?? false),
    split: signal(split),
  }
}

/** As the server takes it. */
export function wishOf({ zoneId, sectionId, accessible }: WishDraft): GroupWish {
  return {
    ...(zoneId.value === '' ? {} : { zoneId: zoneId.value }),
    ...(sectionId.value === '' ? {} : { sectionId: Number(sectionId.value) }),
    ...(accessible.value ? { accessible: true } : {}),
  }
}

interface WishFieldsProps {
  readonly draft: WishDraft
  readonly book: SeatBook
  /** At least so many: who is in already, or the seats that come along. */
  readonly least: number
}

export function WishFields({ draft, book, least }: WishFieldsProps) {
  const t = groupWords.value.wish
  const { size, zoneId, sectionId, accessible, split } = draft
  const min = Math.min(GROUP_SIZE_MAX, Math.max(GROUP_SIZE_MIN, least))
  return (
    <>
      <div class="field">
        <span id="group-size">{t.count}</span>
        <div class="stepper" role="group" aria-labelledby="group-size">
          <button type="button" aria-label={t.fewer} disabled={size.value <= min} onClick={() => size.value--}>
            <Icon name="minus" />
          </button>
          <output aria-live="polite">{t.people(size.value)}</output>
          <button
            type="button"
            aria-label={t.more}
            disabled={size.value >= GROUP_SIZE_MAX}
            onClick={() => size.value++}
          >
            <Icon name="plus" />
          </button>
        </div>
      </div>
      <div class="wish-pair">
        <Picker
          label={t.zone}
          value={zoneId.value}
          choices={[
            { value: '', label: t.anyZone },
            ...book.zones.map((zone) => ({
              value: zone.id,
              label: `${book.nameOf(zone.name)} · ${money(zone.price, zone.currency)}`,
            })),
          ]}
          onChoose={(chosen) => (zoneId.value = chosen)}
        />
        <Picker
          label={t.section}
          value={sectionId.value}
          choices={[
            { value: '', label: t.anySection },
            ...book.layout.sections.map(({ id, name }) => ({ value: String(id), label: book.nameOf(name) })),
          ]}
          onChoose={(chosen) => (sectionId.value = chosen)}
        />
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={split.value}
          onChange={(event) => (split.value = event.currentTarget.checked)}
        />
        {t.split}
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={accessible.value}
          onChange={(event) => (accessible.value = event.currentTarget.checked)}
        />
        {t.accessible}
      </label>
    </>
  )
}
