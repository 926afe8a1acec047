import { createHash } from 'node:crypto'
import type { ShowTitles } from '@seatcast/shared/protocol/http.ts'
import type { OrderTickets, Ticket } from '@seatcast/shared/protocol/ticket.ts'
import { type Html, markup } from './html.ts'
import { qrCode } from './qr-code.ts'
import { type Language, LANGUAGES, type TicketWords, WORDS } from './ticket-words.ts'

export interface TicketPage {
  readonly language: Language
  readonly order: Omit<OrderTickets, 'pageUrl'>
  readonly titles: ShowTitles
  readonly venue: string
  readonly startsAt: Date
  /** IANA time zone of the venue. */
  readonly timeZone: string
  /** The query of the same page in another language. */
  readonly queryIn: (language: Language) => string
}

/** An order's tickets as a page to print (A4) or to show on a phone. No script, nothing from elsewhere. */
export function ticketPage(page: TicketPage): string {
  const { language, order } = page
  const words = WORDS[language]
  const others = LANGUAGES.filter((one) => one !== language)
  return document(
    language,
    `${words.tickets}: ${titleIn(page)}`,
    markup`<header>
        <h1>${words.tickets}</h1>
        <nav>
          ${others.map((one) => markup`<a href="${page.queryIn(one)}" lang="${one}" hreflang="${one}">${LANGUAGE_NAMES[one]}</a>`)}
        </nav>
        <p>${order.tickets.length === 0 ? words.none[order.status] : words.howTo}</p>
        <p class="small">${words.order} ${order.orderId}</p>
      </header>
      ${order.tickets.map((ticket) => ticketCard(page, words, ticket))}`,
  )
}

/** For whoever opens an address that shows nothing. */
export function noTicketPage(language: Language): string {
  const words = WORDS[language]
  return document(
    language,
    words.noSuchPage,
    markup`<header>
      <h1>${words.noSuchPage}</h1>
      <p>${words.noSuchPageHelp}</p>
    </header>`,
  )
}

const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', ko: '한국어' }

function ticketCard(page: TicketPage, words: TicketWords, ticket: Ticket): Html {
  const used = ticket.usedAt === null ? undefined : words.usedAt(momentIn(page, new Date(ticket.usedAt)))
  const facts: [string, string][] = [
    [words.section, ticket.section],
    [words.row, ticket.row],
    [words.seat, ticket.number],
  ]
  return markup`<article class="${used === undefined ? 'ticket' : 'ticket used'}">
    <div class="facts">
      <h2>${titleIn(page)}</h2>
      <p><time datetime="${page.startsAt.toISOString()}">${momentIn(page, page.startsAt)}</time></p>
      <p>${page.venue}</p>
      <dl>
        ${facts.map(
          ([name, value]) =>
            markup`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
      ${used === undefined ? undefined : markup`<p class="state">${used}</p>`}
    </div>
    <figure>
      ${qrCode(ticket.ticket, words.codeOf(words.place(ticket.section, ticket.row, ticket.number)))}
      <figcaption class="small code">${inGroups(ticket.ticket)}</figcaption>
    </figure>
  </article>`
}

const titleIn = ({ language, titles }: TicketPage): string => (language === 'ko' ? titles.ko : undefined) ?? titles.en

/** As a clock on the venue's wall shows it, with its zone: who prints it may be elsewhere. */
function momentIn({ language, timeZone }: TicketPage, moment: Date): string {
  return new Intl.DateTimeFormat(language, {
    weekday: 'long',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone,
  }).format(moment)
}

/** For who has to type it. */
const inGroups = (code: string): string => code.match(/.{1,5}/g)?.join(' ') ?? ''

const STYLE = `
:root { color-scheme: light }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 186mm; padding: 1rem; background: #fff; color: #111; font: 1rem/1.4 system-ui, 'Noto Sans KR', sans-serif; word-break: keep-all; overflow-wrap: anywhere }
header { display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; align-items: baseline }
header p { grid-column: 1 / -1; margin: .25rem 0 }
h1 { font-size: 1.5rem; margin: 0 }
h2 { font-size: 1.25rem; margin: 0 0 .25rem }
a { color: #0b5394; display: inline-block; padding: .7rem 0 }
.small { font-size: .8rem; color: #444 }
.ticket { display: flex; flex-wrap: wrap; gap: 1rem; margin-top: 1rem; padding: 1rem; border: 1px solid #666; border-radius: 8px; break-inside: avoid }
.facts { flex: 1 1 14rem }
.facts p { margin: .25rem 0 }
dl { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; margin: 1rem 0 0 }
dt { font-size: .8rem; color: #444 }
dd { margin: 0; font-size: 1.5rem; font-weight: 700 }
figure { flex: 0 1 62mm; margin: 0 auto; text-align: center }
svg { display: block; width: 100%; height: auto }
.code { font-family: ui-monospace, monospace; word-break: normal }
.used svg { opacity: .25 }
.state { font-weight: 700 }
@page { size: A4; margin: 12mm }
@media print { body { padding: 0; max-width: none } nav { display: none } .ticket { border-color: #000 } }
`

/** What the pages may do: show themselves, with this one style. */
export const TICKET_PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

function document(language: Language, title: string, body: Html): string {
  return markup`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <style>${{ html: STYLE }}</style>
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html>`.html
}
