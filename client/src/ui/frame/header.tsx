import type { ComponentChildren } from 'preact'
import { LANGUAGE_NAMES, LANGUAGES } from '../../i18n/first-language.ts'
import { chooseLanguage, language, localPath, words } from '../../i18n/language.ts'
import { Icon } from './icon.tsx'

interface HeaderProps {
  /** With a title there is a way back to all performances. */
  readonly title?: string
  readonly subtitle?: string
  readonly children?: ComponentChildren
}

export function Header({ title, subtitle, children }: HeaderProps) {
  const t = words.value
  return (
    <header class="header">
      <a class="brand" href={localPath('/')} aria-label={`Seatcast: ${t.home}`}>
        {title === undefined ? <BrandMark /> : <Icon name="back" />}
        {title === undefined && <span class="brand-name">Seatcast</span>}
      </a>
      {title !== undefined && (
        <div class="header-title">
          <h1>{title}</h1>
          {subtitle !== undefined && <p>{subtitle}</p>}
        </div>
      )}
      <div class="header-facts">{children}</div>
      <a class="orders-link" href={localPath('/orders')} aria-label={t.checkout.myOrders} title={t.checkout.myOrders}>
        <Icon name="ticket" />
        <span class="long">{t.checkout.myOrders}</span>
      </a>
      <LanguageSwitch />
    </header>
  )
}

function LanguageSwitch() {
  return (
    <div class="languages" role="group" aria-label={words.value.language}>
      {LANGUAGES.map((choice) => (
        <button
          key={choice}
          type="button"
          lang={choice}
          aria-pressed={language.value === choice}
          onClick={() => chooseLanguage(choice)}
        >
          <span class="short">{LANGUAGE_NAMES[choice].short} </span>
          <span class="long">{LANGUAGE_NAMES[choice].long}</span>
        </button>
      ))}
    </div>
  )
}

function BrandMark() {
  return (
    <svg class="brand-mark" width="28" height="28" viewBox="0 0 28 28" aria-hidden="true">
      <rect width="28" height="28" rx="8" />
      <circle cx="9" cy="18" r="2.5" />
      <circle cx="14" cy="19.5" r="2.5" />
      <circle cx="19" cy="18" r="2.5" />
      <path d="M7 11.5a10 10 0 0 1 14 0" />
    </svg>
  )
}
