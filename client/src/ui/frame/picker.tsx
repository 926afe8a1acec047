import { useRef } from 'preact/hooks'
import { Icon } from './icon.tsx'

export interface Choice {
  readonly value: string
  readonly label: string
}

interface PickerProps {
  readonly label: string
  /** Whether the label is seen, or only spoken. */
  readonly labelHidden?: boolean
  readonly value: string
  readonly choices: readonly Choice[]
  readonly onChoose: (value: string) => void
}

/** A labelled drop-down. Its choices stand still while it is open: live figures would move under the finger. */
export function Picker({ label, labelHidden = false, value, choices, onChoose }: PickerProps) {
  const focused = useRef(false)
  const shown = useRef(choices)
  const sameChoices = shown.current.length === choices.length && shown.current[0]?.value === choices[0]?.value
  if (!focused.current || !sameChoices) shown.current = choices
  return (
    <label class="select">
      <span class={labelHidden ? 'visually-hidden' : ''}>{label}</span>
      <select
        value={value}
        onFocus={() => (focused.current = true)}
        onBlur={() => (focused.current = false)}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {shown.current.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
      <Icon name="down" size={18} />
    </label>
  )
}
