import type { OrderStatus } from '@seatcast/shared/domain/order-state.ts'

export const LANGUAGES = ['en', 'ko'] as const
export type Language = (typeof LANGUAGES)[number]

export interface TicketWords {
  readonly tickets: string
  readonly howTo: string
  readonly order: string
  readonly section: string
  readonly row: string
  readonly seat: string
  readonly usedAt: (moment: string) => string
  readonly codeOf: (place: string) => string
  readonly place: (section: string, row: string, number: string) => string
  readonly none: Readonly<Record<OrderStatus, string>>
  readonly noSuchPage: string
  readonly noSuchPageHelp: string
}

export const WORDS: Readonly<Record<Language, TicketWords>> = {
  en: {
    tickets: 'Your tickets',
    howTo: 'Print this page or show it on your phone. Every code admits one person, once.',
    order: 'Order',
    section: 'Section',
    row: 'Row',
    seat: 'Seat',
    usedAt: (moment) => `Used: ${moment}`,
    codeOf: (place) => `QR code of the ticket for ${place}`,
    place: (section, row, number) => `${section}, row ${row}, seat ${number}`,
    none: {
      pending: 'This order is not paid yet: its tickets will be here once it is.',
      authorized: 'The payment of this order is being completed: its tickets will be here in a moment.',
      paid: 'All seats of this order were given back.',
      expired: 'This order was not paid in time. It has no tickets.',
      cancelled: 'This order was cancelled. It has no tickets.',
      refund_due: 'This order is being refunded. Its tickets are not valid any more.',
      refunded: 'This order was refunded. Its tickets are not valid any more.',
    },
    noSuchPage: 'There are no tickets here',
    noSuchPageHelp: 'The link is incomplete or its time is over. Open your order and ask for the tickets again.',
  },
  ko: {
    tickets: '티켓',
    howTo: '이 페이지를 인쇄하거나 휴대전화 화면으로 보여 주세요. 코드 하나로 한 사람이 한 번만 입장할 수 있습니다.',
    order: '주문',
    section: '구역',
    row: '열',
    seat: '좌석',
    usedAt: (moment) => `입장 완료: ${moment}`,
    codeOf: (place) => `${place} 티켓의 QR 코드`,
    place: (section, row, number) => `${section} ${row}열 ${number}번`,
    none: {
      pending: '아직 결제되지 않은 주문입니다. 결제가 끝나면 여기에 티켓이 표시됩니다.',
      authorized: '결제를 처리하고 있습니다. 잠시 후 여기에 티켓이 표시됩니다.',
      paid: '이 주문의 모든 좌석이 취소되었습니다.',
      expired: '기한 내에 결제되지 않은 주문입니다. 티켓이 없습니다.',
      cancelled: '취소된 주문입니다. 티켓이 없습니다.',
      refund_due: '환불 처리 중인 주문입니다. 티켓을 더 이상 사용할 수 없습니다.',
      refunded: '환불된 주문입니다. 티켓을 더 이상 사용할 수 없습니다.',
    },
    noSuchPage: '티켓을 찾을 수 없습니다',
    noSuchPageHelp: '링크가 올바르지 않거나 만료되었습니다. 주문 화면에서 티켓을 다시 열어 주세요.',
  },
}

/** The one asked for, else the first of the browser's languages that we speak, else English. */
export function languageOf(asked: string | undefined, acceptLanguage: string | undefined): Language {
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.trim().toLowerCase().split(';')
      const quality = parameters.map((one) => /^\s*q=([\d.]+)\s*$/.exec(one)?.[1]).find((one) => one !== undefined)
      return { language: tag.split('-')[0] ?? '', quality: Number(quality ?? 1) }
    })
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality)
    .map(({ language }) => language)
  const found = [asked, ...wanted].find((one): one is Language => LANGUAGES.includes(one as Language))
  return found ?? 'en'
}
