import type { SeatStatus } from '@seatcast/shared/domain/seat-state.ts'
import type { SaleStatus } from '@seatcast/shared/protocol/sale.ts'
import type { LoadFailure } from '../connection/api.ts'
import type { ShownConnection } from '../connection/connection-state.ts'
import type { NoticeCode } from '../ui/performance/notice.ts'
import type { en, NoticeFacts } from './en.ts'
import { isRowCode } from './row-code.ts'

const number = new Intl.NumberFormat('ko')
const n = (value: number): string => number.format(value)
const seats = (value: number): string => `${n(value)}석`

const rowName = (row: string): string => (isRowCode(row) ? `${row}열` : row)

const notices: Record<NoticeCode, (facts: NoticeFacts) => string> = {
  SEAT_TAKEN: ({ count }) =>
    count === 1
      ? '이미 다른 분이 선택한 좌석입니다.'
      : '이미 다른 분이 선택한 좌석이 포함되어 있어 선점하지 못했습니다.',
  LIMIT_EXCEEDED: ({ maxSeats }) =>
    `이 공연은 친구가 대신 예매한 좌석을 포함해 1인당 최대 ${seats(maxSeats)}까지 선택하실 수 있습니다.`,
  NOT_ON_SALE: ({ sale, wait }) =>
    sale === 'paused'
      ? '판매가 잠시 중단되었습니다. 이미 선점하신 좌석은 그대로 유지됩니다.'
      : sale === 'closed'
        ? '이 공연의 판매가 종료되었습니다.'
        : wait === ''
          ? '아직 판매가 시작되지 않았습니다.'
          : `아직 판매가 시작되지 않았습니다. ${wait} 후에 시작합니다.`,
  NO_BLOCK: ({ count }) =>
    `나란히 붙어 있는 ${seats(count)}을 찾지 못했습니다. 좌석 수를 줄이거나 다른 등급을 선택해 보세요.`,
  NO_HOLD: () => '해당 좌석의 선점이 이미 끝났습니다.',
  ADMISSION_REQUIRED: () => '이 공연은 대기실을 운영합니다. 대기실에서 순서를 기다려 주세요.',
  COOL_DOWN: ({ wait }) =>
    wait === ''
      ? '좌석을 오래 선점하셨습니다. 잠시 후 다시 선택해 주세요.'
      : `좌석을 오래 선점하셨습니다. ${wait} 후에 다시 선택하실 수 있습니다.`,
  RATE_LIMITED: ({ wait }) =>
    wait === ''
      ? '요청이 너무 빠릅니다. 잠시 후 다시 시도해 주세요.'
      : `요청이 너무 빠릅니다. ${wait} 후에 다시 시도해 주세요.`,
  OVERLOADED: () => '지금 접속자가 매우 많습니다. 잠시 후 다시 시도해 주세요.',
  UNAVAILABLE: () => '지금은 예매 서비스에 연결할 수 없습니다. 잠시 후 다시 시도해 주세요.',
  MAP_RELOADING: () => '좌석 배치도를 새로 불러오는 중입니다. 잠시 후 다시 시도해 주세요.',
  UNAUTHENTICATED: () => '접속 시간이 만료되어 다시 연결하고 있습니다.',
  FORBIDDEN: () => '현재 계정으로는 이용하실 수 없습니다.',
  NOT_FOUND: () => '이 공연은 더 이상 이용하실 수 없습니다.',
  BAD_REQUEST: () => '요청을 처리하지 못했습니다. 페이지를 새로 고친 뒤 다시 시도해 주세요.',
  EMAIL_TAKEN: () => '이미 가입된 이메일 주소입니다. 로그인해 주세요.',
  ORDER_ENDED: () => '이미 종료된 주문이라 결제하실 수 없습니다.',
  INSUFFICIENT_FUNDS: () => '지갑의 포인트가 부족합니다.',
  WEBHOOK_FORGED: () => '요청을 처리하지 못했습니다. 다시 시도해 주세요.',
  WEBHOOK_STALE: () => '요청을 처리하지 못했습니다. 다시 시도해 주세요.',
  WEBHOOK_REPLAYED: () => '요청을 처리하지 못했습니다. 다시 시도해 주세요.',
  ORDER_BUSY: () => '이 주문의 결제가 진행 중입니다. 결제가 끝난 뒤 다시 시도해 주세요.',
  IN_GROUP: () => '친구들과 함께 예매 중입니다. 좌석은 그룹에서 함께 선택합니다.',
  GROUP_FULL: () => '그룹 정원이 찼습니다.',
  GROUP_BUSY: () => '그룹 결제가 진행 중입니다. 끝난 뒤 다시 시도해 주세요.',
  TOO_EARLY: () => '나머지 금액은 마감 직전에만 대신 결제할 수 있습니다.',
  NOT_REFUNDABLE: () => '이 좌석은 더 이상 반환하실 수 없습니다.',
  IDEMPOTENCY_KEY_REUSED: () => '요청을 처리하지 못했습니다. 다시 시도해 주세요.',
  OFFLINE: () => '오프라인 상태라 변경된 내용이 없습니다. 자동으로 다시 연결합니다.',
  NO_ANSWER: () => '제때 응답을 받지 못했습니다. 다시 연결되면 내 좌석을 보여 드립니다. 다시 요청하셔도 안전합니다.',
  EXPIRED: ({ count }) => `선점 시간이 끝나 ${seats(count)}을 더 이상 잡아 둘 수 없습니다. 언제든 다시 선택해 주세요.`,
  LOST: ({ count }) => `죄송합니다. 장애로 인해 ${seats(count)}의 선점이 해제되었습니다. 다시 선택해 주세요.`,
  RELEASED_ELSEWHERE: () => '다른 창에서 좌석 선택을 해제하셨습니다.',
  GROUP_KEPT: () => '바로 옆에 맞는 빈 좌석이 없어 지금 좌석을 그대로 유지합니다.',
  GROUP_MOVED: () => '그룹 좌석을 통째로 새 자리로 옮겼습니다.',
  GROUP_EXPIRED: () => '선점 시간이 끝나 그룹 좌석이 해제되었습니다. 다시 선택해 주세요.',
  GROUP_LOST: () => '죄송합니다. 장애로 인해 그룹 좌석의 선점이 해제되었습니다. 다시 선택해 주세요.',
  GROUP_UNPAID: () =>
    '시간 안에 모두 결제하지 않아 좌석이 해제되었습니다. 결제하신 금액은 모두 돌려 드리며, 그룹에서 다시 선택하실 수 있습니다.',
  GROUP_GIVEN_UP: () =>
    '방장이 결제를 중단하여 좌석이 해제되었습니다. 결제하신 금액은 모두 돌려 드리며, 그룹에서 다시 선택하실 수 있습니다.',
  GROUP_SHORT: () =>
    '승인된 결제 한 건이 처리되지 않았습니다. 방장이 대신 결제할 수 있으며, 그렇지 않으면 모두 환불됩니다.',
  GROUP_GONE: () => '이 그룹에 더 이상 속해 있지 않습니다. 그룹이 끝났거나 방장이 내보냈습니다.',
  GROUP_CHANGED: () => '그사이 그룹 상황이 바뀌어 처리하지 않았습니다. 지금 상태를 확인해 주세요.',
  GROUP_ASKED: () => '친구에게 자리 교환을 요청했습니다. 친구가 수락하면 자리가 바뀝니다.',
  GROUP_EXTENDED: () => '시간 연장은 한 번만 가능하며 이미 사용하셨습니다.',
  GROUP_LIMIT: ({ maxSeats, who }) =>
    who === undefined
      ? `이 공연은 한 사람당 최대 ${seats(maxSeats)}까지 가능합니다.`
      : `${who} 님이 이미 예매한 좌석까지 합하면 이 공연의 1인당 한도인 ${seats(maxSeats)}을 넘게 됩니다.`,
  GROUP_NO_BLOCK: ({ count }) =>
    `원하시는 조건으로 함께 앉을 ${seats(count)}을 찾지 못했습니다. 다른 등급을 고르거나 인원을 줄여 보세요.`,
  GROUP_HOST_ONLY: () => '방장만 할 수 있습니다.',
  GROUP_HOST_SPLITS: ({ count }) =>
    `한 줄에 나란한 ${seats(count)}이 없습니다. 앞뒤로 맞닿은 두 줄에는 있으며, 방장이 선택할 수 있습니다.`,
}

const connection: Record<ShownConnection, { readonly label: string; readonly detail: string }> = {
  connecting: { label: '연결 중', detail: '실시간 좌석 배치도에 연결하고 있습니다.' },
  joining: { label: '연결 중', detail: '현재 좌석 상태를 불러오고 있습니다.' },
  live: { label: '실시간', detail: '모든 변경 사항이 바로 반영됩니다.' },
  catching_up: { label: '동기화 중', detail: '놓친 변경 사항을 불러오고 있습니다.' },
  stale: { label: '지연됨', detail: '서버의 좌석 정보가 늦어지고 있습니다. 이미 선택된 좌석일 수 있습니다.' },
  busy: { label: '접속 폭주', detail: '접속자가 매우 많습니다. 계속 연결을 시도하고 있습니다.' },
  offline: { label: '오프라인', detail: '마지막으로 받은 배치도입니다. 자동으로 다시 연결합니다.' },
}

const sale: Record<SaleStatus, string> = {
  scheduled: '판매 예정',
  on_sale: '판매 중',
  paused: '일시 중단',
  closed: '판매 종료',
}

const status: Record<SeatStatus, string> = { 0: '선택 가능', 1: '다른 분이 선점', 2: '판매 완료', 3: '판매하지 않음' }

const loading: Record<LoadFailure, string> = {
  NETWORK: 'Seatcast에 연결할 수 없습니다. 인터넷 연결을 확인해 주세요.',
  NOT_FOUND: '존재하지 않거나 더 이상 제공되지 않는 공연입니다.',
  BUSY: '지금 접속자가 매우 많습니다. 잠시 후 다시 시도해 주세요.',
  BROKEN: '일시적인 문제가 발생했습니다. 다시 시도해 주세요.',
}

export const ko = {
  language: '언어',
  skipToSeats: '좌석 목록으로 건너뛰기',
  home: '전체 공연',
  retry: '다시 시도',
  close: '닫기',
  dismiss: '알림 닫기',

  shows: {
    title: '공연 목록',
    empty: '현재 예매할 수 있는 공연이 없습니다. 곧 다시 찾아 주세요.',
    more: '더 보기',
    loading: '공연을 불러오는 중입니다…',
    available: (free, all) => `전체 ${seats(all)} 중 ${seats(free)} 선택 가능`,
    soldOut: '현재 선택 가능한 좌석이 없습니다',
    choose: '좌석 선택',
    look: '좌석 배치도 보기',
  },
  load: {
    performance: '공연 정보를 불러오는 중입니다…',
    hall: (count) => `공연장을 불러오는 중입니다: ${seats(count)}`,
    received: (kilobytes) => `${n(kilobytes)} KB`,
    map: '좌석 배치도를 그리는 중입니다…',
    failed: '불러오지 못했습니다',
    failure: loading,
  },
  notFound: { title: '페이지를 찾을 수 없습니다', text: '이 주소에는 아무것도 없습니다.' },

  sale,
  opensIn: (wait) => `${wait} 후 판매 시작`,
  opening: '곧 시작합니다…',
  opensLater: '판매 시작 시간 추후 공지',
  saleOpened: '판매가 시작되었습니다',
  connection,
  connectionLabel: (label) => `연결 상태: ${label}`,
  watchers: (count) => `${n(count)}명이 보는 중`,
  available: (count) => `${seats(count)} 선택 가능`,

  map: {
    label: '좌석 배치도입니다. 키보드와 화면 낭독기용 좌석 목록은 “전체 좌석”에 있습니다.',
    zoomIn: '확대',
    zoomOut: '축소',
    wholeHall: '공연장 전체 보기',
    mySeats: '내 좌석 보기',
    hint: '끌어서 이동하고, 휠이나 두 손가락으로 확대한 뒤 좌석을 선택하세요',
    statusKey: '좌석 표시 안내',
    unavailable: '배치도를 그릴 수 없습니다. “전체 좌석” 목록은 그대로 이용하실 수 있습니다.',
  },
  status,
  mine: '내 좌석',
  ordered: '내 주문 좌석',
  wished: '새로 고른 좌석',
  asking: '요청 중…',
  noZone: '판매하지 않음',

  seat: {
    row: rowName,
    number: (seat) => `${seat}번`,
    numbers: (list) => `${list}번`,
    accessible: '휠체어석',
    hold: '이 좌석 선점하기',
    holding: '요청 중…',
    release: '선택 해제하기',
    nearby: '가까운 좌석 추천받기',
    clickToHold: '클릭하면 선점합니다',
    clickToRelease: '클릭하면 해제합니다',
    choose: '이 좌석으로 고르기',
    leave: '이 좌석 빼기',
    clickToChoose: '클릭하면 고릅니다',
    clickToLeave: '클릭하면 뺍니다',
    spoken: (section, row, seat) => `${section} ${rowName(row)} ${seat}번`,
  },
  zones: {
    title: '가격',
    all: '전체 등급',
    filter: (zone) => `${zone}만 보기`,
    free: (count) => `잔여 ${seats(count)}`,
  },
  mySeats: {
    title: '내 좌석',
    none: '아직 선택한 좌석이 없습니다. 배치도에서 고르시거나 추천 좌석을 받아 보세요.',
    count: seats,
    total: '합계',
    heldFor: '남은 선점 시간',
    ending: '시간이 끝났습니다…',
    remove: (seat) => `${seat} 해제`,
    releaseAll: '모두 해제',
    show: '배치도에서 보기',
    runningOut: (seconds) => `좌석 선점 시간이 ${seconds === 60 ? '1분' : `${n(seconds)}초`} 남았습니다.`,
    held: (count) => `${seats(count)}을 잡아 두었습니다.`,
    changed: (count) => `이제 ${seats(count)}을 잡아 두고 있습니다.`,
    released: '좌석 선택을 모두 해제했습니다.',
    ordered: '좌석을 주문했으며 결제를 기다리고 있습니다.',
  },
  best: {
    title: '나란히 앉는 추천 좌석',
    count: '좌석 수',
    fewer: '한 석 줄이기',
    more: '한 석 늘리기',
    zone: '가격 등급',
    anyZone: '모든 등급',
    accessible: '휠체어석 포함',
    replace: '지금 좌석 대신 선택',
    find: (count) => (count === 1 ? '가장 좋은 좌석 선점하기' : `나란히 ${seats(count)} 선점하기`),
    finding: '찾는 중…',
  },
  list: {
    title: '전체 좌석',
    section: '구역',
    sectionFree: (section, free) => `${section} (잔여 ${seats(free)})`,
    rows: '열',
    row: (row, free) => `${rowName(row)}, 잔여 ${seats(free)}`,
    seatsOfRow: (row) => `${rowName(row)} 좌석, 화살표 키로 이동합니다`,
    free: (count) => n(count),
  },
  notice: {
    text: notices,
    alternatives: '가까운 빈 좌석입니다. 누르면 바로 선점합니다.',
    split: '아래 좌석은 비어 있지만 모두 나란하지는 않습니다.',
    twoRows: '앞뒤 두 줄로 맞닿은 빈 좌석입니다. 모두 나란하지는 않으니, 다들 괜찮다면 선택해 주세요.',
    instead: '그룹 좌석을 아래 좌석으로 바꿀 수 있습니다.',
    take: (label) => `${label} 선점`,
    and: ' + ',
  },
  offlineBanner: '연결이 끊겼습니다. 마지막으로 받은 배치도이며, 자동으로 다시 연결합니다.',
  checkout: {
    go: '결제하기',
    going: '주문하는 중입니다…',
    toPay: '결제 대기 중',
    secured: '내 결제 승인됨',
    bought: '예매 완료',
    changing: (count) => `좌석 변경: ${seats(count)} 선택됨`,
    myOrders: '내 주문',
    loading: '잠시만 기다려 주세요…',
  },
  friends: {
    book: '친구와 함께 예매',
    text: '링크 하나로 모여 붙어 앉고, 각자 자기 몫을 결제할 수 있습니다. 회원 가입은 필요 없습니다.',
    fromSeats: '이 좌석으로 친구와 예매',
    haveCode: '초대 코드가 있어요',
    code: '친구에게 받은 코드',
    join: '참여하기',
    group: '우리 그룹',
    here: (members, size) => `${n(size)}명 중 ${n(members)}명 참여`,
    ours: '우리 그룹 좌석 (아직 주인 없음)',
    seatOf: (name) => `${name} 님 자리`,
    nameless: (place) => `친구 ${place}`,
    sit: '이 자리에 앉기',
    clickToSit: '클릭하면 이 자리에 앉습니다',
    askToSwap: '자리 교환 요청하기',
    clickToAsk: '클릭하면 자리 교환을 요청합니다',
    explain: '왜 고를 수 없나요?',
  },
  sheet: { open: '자세히 보기', shut: '접기' },
} satisfies typeof en
